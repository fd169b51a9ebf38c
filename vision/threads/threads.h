#ifdef __cplusplus
extern "C" {
#endif
void secondlook_one_quiet_thread(void);
#ifdef __cplusplus
}
#endif
