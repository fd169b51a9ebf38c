package print_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/notice"
	"secondlook/app/training"
	"secondlook/platform/print"
)

var pages = []notice.Driver{{Language: "en", Say: "Our system signalled this vehicle."}, {Language: "fr", Say: "Notre système a signalé ce véhicule."}}

func clock() time.Time { return time.Date(2026, 11, 22, 21, 47, 8, 0, time.UTC) }

// programs puts scripts of those names in place of the system's.
func programs(t *testing.T, scripts map[string]string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("printing goes through CUPS, which Windows does not have")
	}
	dir := t.TempDir()
	for name, text := range scripts {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+text), 0o700))
	}
	t.Setenv("PATH", dir+":/bin:/usr/bin")
}

func TestRequirement15_NoticeGoesToThePrinter(t *testing.T) {
	out := filepath.Join(t.TempDir(), "printed")
	programs(t, map[string]string{"lpstat": "echo HP\n", "lp": "cat > " + out + "\n"})
	p := print.Printer{Now: clock}
	on, _ := p.Ready()
	require.True(t, on)
	file, err := p.Print(t.Context(), pages, "")
	require.NoError(t, err)
	require.Empty(t, file)
	pdf, err := os.ReadFile(out)
	require.NoError(t, err)
	require.Equal(t, "%PDF-", string(pdf[:5]))
}

func TestRequirement15_NoticeIsSavedWhereThereIsNoPrinter(t *testing.T) {
	programs(t, map[string]string{"lpstat": "exit 1\n"})
	folder := filepath.Join(t.TempDir(), "Documents")
	p := print.Printer{Folder: folder, Now: clock}
	on, offered := p.Ready()
	require.False(t, on)
	require.Equal(t, folder, offered)
	_, err := p.Print(t.Context(), pages, "")
	require.ErrorIs(t, err, print.ErrNoPrinter)
	file, err := p.Print(t.Context(), pages, offered)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(folder, "notice-2026-11-22-214708.pdf"), file)
	require.FileExists(t, file)
	_, err = p.Print(t.Context(), pages, offered)
	require.ErrorIs(t, err, os.ErrExist, "a file that is there is not written over")
	_, err = p.Print(t.Context(), []notice.Driver{{Language: "de"}}, offered)
	require.Error(t, err)
}

func TestPrintingThatFailsIsTold(t *testing.T) {
	programs(t, map[string]string{"lpstat": "echo HP\n", "lp": "echo no paper >&2; exit 1\n"})
	_, err := print.Printer{}.Print(t.Context(), pages, "")
	require.ErrorContains(t, err, "no paper")
}

func TestRequirement39_WhatTrainingPrintsSaysSoInItsName(t *testing.T) {
	programs(t, map[string]string{"lpstat": "exit 1\n"})
	folder := t.TempDir()
	p := print.Printer{Training: true, Now: clock}
	file, err := p.Print(t.Context(), pages, folder)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(folder, "TRAINING-FORMATION-notice-2026-11-22-214708.pdf"), file)
	file, err = p.PrintDebrief(t.Context(), training.Debrief{Language: "fr"}, folder)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(folder, "TRAINING-FORMATION-debrief-2026-11-22-214708.pdf"), file)
	_, err = p.PrintDebrief(t.Context(), training.Debrief{Language: "de"}, folder)
	require.Error(t, err)
}
