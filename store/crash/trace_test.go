package crash

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// traced are the system calls that change files, or say something.
const traced = "trace=openat,close,write,pwrite64,ftruncate,fsync,fdatasync,mkdirat,renameat,linkat,unlinkat"

// call is one system call. Lines of the trace are its time: it began at line began,
// and had returned at line ended.
type call struct {
	began, ended int
	name         string
	args         []string
	result       int
}

// readTrace reads what strace wrote. Lines have one of the forms
//
//	12 write(args) = 3
//	12 write(args <unfinished ...>
//	12 <... write resumed>args) = 3
//
// beside signals and the ends of threads.
func readTrace(path string) (calls []call, lines int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	begun, text := map[string]call{}, map[string]string{} // by thread
	for r := bufio.NewReaderSize(f, 1<<20); ; {
		l, err := r.ReadString('\n')
		if err == io.EOF {
			return calls, lines, nil
		}
		if err != nil {
			return nil, 0, err
		}
		lines++
		thread, rest, _ := strings.Cut(strings.TrimSuffix(l, "\n"), " ")
		rest = strings.TrimLeft(rest, " ")
		if strings.HasPrefix(rest, "---") || strings.HasPrefix(rest, "+++") {
			continue
		}
		c, args := call{began: lines}, ""
		if _, args, found := strings.Cut(rest, " resumed>"); found && strings.HasPrefix(rest, "<... ") {
			c, rest = begun[thread], text[thread]+args
		} else {
			c.name, rest, _ = strings.Cut(rest, "(")
		}
		if args, found := strings.CutSuffix(rest, " <unfinished ...>"); found {
			begun[thread], text[thread] = c, args
			continue
		}
		equals := strings.LastIndex(rest, " = ")
		if equals < 0 {
			return nil, 0, fmt.Errorf("trace, line %d is not understood", lines)
		}
		args = strings.TrimSuffix(strings.TrimRight(rest[:equals], " "), ")")
		result, _, _ := strings.Cut(rest[equals+3:], " ")
		result, _, _ = strings.Cut(result, "<")
		if result == "?" { // the process ended in it
			continue
		}
		c.ended, c.args = lines, strings.Split(args, ", ")
		if c.result, err = strconv.Atoi(result); err != nil {
			return nil, 0, fmt.Errorf("trace, line %d: %w", lines, err)
		}
		calls = append(calls, c)
	}
}

// text is an argument in quotation marks, which strace writes in hexadecimal.
func (c call) text(i int) ([]byte, error) {
	quoted := c.args[i]
	if len(quoted) < 2 || quoted[0] != '"' || quoted[len(quoted)-1] != '"' {
		return nil, fmt.Errorf("trace: %s has %.40q where text is expected", c.name, quoted)
	}
	return unescape(quoted[1 : len(quoted)-1])
}

// unescape reads bytes that are each written like \x2f.
func unescape(s string) ([]byte, error) {
	digits := make([]byte, 0, len(s)/2)
	for i := 0; i+4 <= len(s); i += 4 {
		digits = append(digits, s[i+2], s[i+3])
	}
	n, err := hex.Decode(digits, digits)
	return digits[:n], err
}

// number is an argument that is a number, perhaps with the path of a file behind it.
func (c call) number(i int) (int, error) {
	digits, _, _ := strings.Cut(c.args[i], "<")
	return strconv.Atoi(digits)
}

// path is the absolute path that an argument names under a folder that is open.
func (c call) path(i int) (string, error) {
	name, err := c.text(i)
	if err != nil || filepath.IsAbs(string(name)) {
		return string(name), err
	}
	_, under, _ := strings.Cut(strings.TrimSuffix(c.args[i-1], ">"), "<")
	folder, err := unescape(under)
	return filepath.Join(string(folder), string(name)), err
}
