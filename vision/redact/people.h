#ifdef __cplusplus
extern "C" {
#endif
typedef struct { int x, y, width, height; } secondlook_box;
// Finds people on foot in an 8 bit grey picture. Writes up to limit boxes and
// returns how many there are, or -1 if OpenCV failed.
int secondlook_people(const unsigned char *grey, int width, int height, secondlook_box *boxes, int limit);
#ifdef __cplusplus
}
#endif
