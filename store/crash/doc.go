// Package crash holds no program: its tests kill a terminal at random moments, and
// cut its power, and look whether it kept its promise (requirement 29): what was
// acknowledged is there, what was only begun is there whole or not at all, and the
// audit record tells of exactly that.
//
// The terminal is a process of its own, a real [cruiser.Cruiser] over the real
// store with blind vision, at work on everything that changes something: it raises
// hits with pictures, judges and finishes them, proposes and decides on manual
// entries, takes lists in whole and by deltas, ends shifts, syncs to a real station,
// purges, changes PINs, gives the store another key, keeps drafts of forms and gives
// them up, signs out and in. It says of each act when it begins it and when it is
// acknowledged.
//
// The tests run a short version. The long ones:
//
//	SECONDLOOK_KILLS=1000 go test ./store/crash -run Killed -v -timeout 2h
//	SECONDLOOK_CUTS=500 go test ./store/crash -run PowerCut -v -timeout 2h
//	SECONDLOOK_LINES=200 go test ./store/crash -run BadLine -v -timeout 2h
//
// SECONDLOOK_CRASH_SEED repeats the moments of another run, as far as the machine
// lets it. A terminal that broke its promise is kept in a folder that the failure
// names.
//
// A power cut is made of what strace saw of the process: the order of its writes,
// syncs and changes of names. The folder is put together again as a disk could have
// it after the cut: of each file what was written before its last sync, of what was
// written since a random part, some of it torn at a sector of 512 bytes; names that
// were made or removed since the folder was last synced are there or not.
package crash
