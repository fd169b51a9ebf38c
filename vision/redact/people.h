#ifdef __cplusplus
extern "C" {
#endif
// weight is how sure the detector is: its distance from the border between people
// and all else.
typedef struct { int x, y, width, height; double weight; } secondlook_person;
// Finds people on foot in an 8 bit grey picture. Writes up to limit of them and
// returns how many there are, or -1 if OpenCV failed.
int secondlook_people(const unsigned char *grey, int width, int height, secondlook_person *found, int limit);
#ifdef __cplusplus
}
#endif
