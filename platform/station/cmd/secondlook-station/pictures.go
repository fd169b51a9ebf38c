package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"secondlook/platform/station"
)

// picturesBeside writes the pictures in a record's body into dir, and puts their
// file names where they were. A picture is any text that is base64 of a JPEG or
// PNG, so that this holds for every kind of record and its later versions.
func picturesBeside(dir string, r *station.Opened) error {
	dec := json.NewDecoder(bytes.NewReader(r.Body))
	dec.UseNumber() // numbers pass unchanged
	var body any
	if err := dec.Decode(&body); err != nil {
		return fmt.Errorf("record %s: body: %w", r.ID, err)
	}
	var found bool
	body, err := replaceTexts(body, nil, func(path []string, text string) (string, error) {
		picture, ext := pictureIn(text)
		if picture == nil {
			return text, nil
		}
		found = true
		name := pictureName(r.ID, path) + ext
		return name, writePicture(filepath.Join(dir, name), picture)
	})
	if err != nil || !found {
		return err
	}
	var out bytes.Buffer
	if err := printJSON(&out, body); err != nil {
		return err
	}
	r.Body = bytes.TrimSpace(out.Bytes())
	return nil
}

// replaceTexts replaces every text in a decoded JSON value.
func replaceTexts(v any, path []string, by func(path []string, text string) (string, error)) (any, error) {
	var err error
	switch v := v.(type) {
	case string:
		return by(path, v)
	case []any:
		for i := range v {
			if v[i], err = replaceTexts(v[i], append(path, strconv.Itoa(i+1)), by); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for k := range v {
			if v[k], err = replaceTexts(v[k], append(path, k), by); err != nil {
				return nil, err
			}
		}
	}
	return v, nil
}

// pictureIn returns the picture that a text is, with its file name's extension.
func pictureIn(text string) ([]byte, string) {
	for _, form := range []struct{ start, magic, ext string }{
		{"/9j/", "\xff\xd8\xff", ".jpg"},
		{"iVBORw0KGgo", "\x89PNG\r\n\x1a\n", ".png"},
	} {
		if !strings.HasPrefix(text, form.start) {
			continue
		}
		raw, err := base64.StdEncoding.DecodeString(text)
		if err == nil && bytes.HasPrefix(raw, []byte(form.magic)) {
			return raw, form.ext
		}
	}
	return nil, ""
}

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// pictureName is the record's id and where in the record the picture stood.
func pictureName(id string, path []string) string {
	where := strings.Trim(notInNames.ReplaceAllString(strings.ToLower(strings.Join(path, "-")), "-"), "-")
	if len(where) > 80 {
		where = where[:80]
	}
	return id + "-" + where
}

// writePicture never replaces a file: two places of a record may have one name.
func writePicture(name string, picture []byte) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("write picture: %w", err)
	}
	if _, err := file.Write(picture); err != nil {
		file.Close()
		return fmt.Errorf("write picture: %w", err)
	}
	return file.Close()
}
