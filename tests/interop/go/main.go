// Command interop reads a published log over HTTP and checks every entry of it, with code that
// shares nothing with the log's own: golang.org/x/mod/sumdb/tlog and note.
//
//	interop URL VERIFIER-KEY [OLDER-CHECKPOINT-FILE...]
//
// What AUTHORIZATION holds is sent along. Prints one JSON object; exits with 1 if anything is wrong.
package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height = 8
	width  = 1 << height
)

type result struct {
	Origin      string `json:"origin"`
	Size        int64  `json:"size"`
	Entries     int64  `json:"entries"`
	Proofs      int64  `json:"proofs"`
	Consistency int    `json:"consistency"`
	Unverified  int    `json:"unverified"`
	Digest      string `json:"digest"` // SHA-256 over all entries, one after another
}

func main() {
	if len(os.Args) < 3 {
		fail(fmt.Errorf("usage: interop URL VERIFIER-KEY [OLDER-CHECKPOINT-FILE...]"))
	}
	found, err := verify(strings.TrimSuffix(os.Args[1], "/"), os.Args[2], os.Args[3:])
	if err != nil {
		fail(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(found); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "interop:", err)
	os.Exit(1)
}

func verify(url, key string, older []string) (*result, error) {
	log := &log{url: url, tiles: map[string][]byte{}}
	signed, err := log.get("checkpoint")
	if err != nil {
		return nil, err
	}
	tree, origin, unverified, err := open(signed, key)
	if err != nil {
		return nil, err
	}
	found := &result{Origin: origin, Size: tree.N, Unverified: unverified}
	// Every hash that this reader returns was authenticated against the signed root.
	hashes := tlog.TileHashReader(tree, log)
	all := sha256.New()
	for first := int64(0); first < tree.N; first += width {
		entries, err := log.bundle(first, tree.N)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			all.Write(entry)
		}
		if err := check(log, tree, hashes, first, entries, found); err != nil {
			return nil, err
		}
	}
	found.Digest = fmt.Sprintf("%x", all.Sum(nil))
	for _, path := range older {
		if err := extends(tree, hashes, path, key); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		found.Consistency++
	}
	return found, nil
}

// check compares entries with their authenticated leaves, and has a proof of each made and checked.
func check(
	log *log, tree tlog.Tree, hashes tlog.HashReader, first int64, entries [][]byte, found *result,
) error {
	indexes := make([]int64, len(entries))
	for at := range entries {
		indexes[at] = tlog.StoredHashIndex(0, first+int64(at))
	}
	stored, err := hashes.ReadHashes(indexes)
	if err != nil {
		return err
	}
	for at, entry := range entries {
		index, leaf := first+int64(at), tlog.RecordHash(entry)
		if stored[at] != leaf {
			return fmt.Errorf("entry %d: its hash is %v, its leaf is %v", index, leaf, stored[at])
		}
		found.Entries++
		// What the proof is made of need not be authenticated: the proof itself is checked.
		proof, err := tlog.ProveRecord(tree.N, index, log.hashes(tree.N))
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf); err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
		found.Proofs++
	}
	return nil
}

// extends checks that the tree extends that of an older signed checkpoint.
func extends(tree tlog.Tree, hashes tlog.HashReader, path, key string) error {
	signed, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	old, _, _, err := open(signed, key)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveTree(tree.N, old.N, hashes)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash)
}

// open returns the tree, and the origin, of a signed checkpoint (C2SP tlog-checkpoint), and the
// number of signature lines by keys that are not known here, such as witnesses'.
func open(signed []byte, key string) (tlog.Tree, string, int, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return tlog.Tree{}, "", 0, err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, "", 0, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, "", 0, fmt.Errorf("not a checkpoint of %s", verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, "", 0, err
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tlog.Tree{}, "", 0, fmt.Errorf("not a root hash: %q", lines[2])
	}
	return tlog.Tree{N: size, Hash: tlog.Hash(root)}, lines[0], len(opened.UnverifiedSigs), nil
}

// log is a published log; it keeps the tiles that it was given.
type log struct {
	url   string
	tiles map[string][]byte
}

func (l *log) Height() int { return height }

func (l *log) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	all := make([][]byte, 0, len(tiles))
	for _, tile := range tiles {
		// Go's paths name the height, C2SP's do not: there it is always 8.
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, known := l.tiles[path]
		if !known {
			var err error
			if data, err = l.get(path); err != nil {
				return nil, err
			}
			l.tiles[path] = data
		}
		all = append(all, data)
	}
	return all, nil
}

func (l *log) SaveTiles([]tlog.Tile, [][]byte) {}

// hashes returns a reader of the hashes of a log of the given size, as its tiles say.
func (l *log) hashes(size int64) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		all := make([]tlog.Hash, 0, len(indexes))
		for _, index := range indexes {
			tile := tlog.TileForIndex(height, index)
			tile.W = int(min(width, size>>(height*tile.L)-tile.N*width))
			data, err := l.ReadTiles([]tlog.Tile{tile})
			if err != nil {
				return nil, err
			}
			hash, err := tlog.HashFromTile(tile, data[0], index)
			if err != nil {
				return nil, err
			}
			all = append(all, hash)
		}
		return all, nil
	})
}

// bundle returns the entries of a bundle in a log of the given size.
func (l *log) bundle(first, size int64) ([][]byte, error) {
	tile := tlog.Tile{H: height, L: 0, N: first / width, W: int(min(width, size-first))}
	data, err := l.get(strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1))
	if err != nil {
		return nil, err
	}
	entries := make([][]byte, 0, tile.W)
	for len(data) >= 2 {
		end := 2 + int(binary.BigEndian.Uint16(data))
		if end > len(data) {
			break
		}
		entries, data = append(entries, data[2:end]), data[end:]
	}
	if len(data) != 0 || len(entries) != tile.W {
		return nil, fmt.Errorf("bundle %d has %d entries and %d bytes", tile.N, len(entries), len(data))
	}
	return entries, nil
}

func (l *log) get(path string) ([]byte, error) {
	request, err := http.NewRequest(http.MethodGet, l.url+"/"+path, nil)
	if err != nil {
		return nil, err
	}
	if authorization := os.Getenv("AUTHORIZATION"); authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %s", path, answer.Status, data)
	}
	return data, err
}
