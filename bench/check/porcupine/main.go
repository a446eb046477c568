// Times Porcupine on the register histories of a folder: porcupine-bench FOLDER ROUNDS prints the median of the rounds in
// milliseconds. Parsing is not timed. Exits 1 when a verdict is not the expected one.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"
)

const absent = -1

type input struct {
	kind     string
	old, new int
}

type output struct {
	unknown, held bool
	value         int
}

var register = porcupine.Model{
	Init: func() interface{} { return absent },
	Step: func(state, in, out interface{}) (bool, interface{}) {
		value, call, answer := state.(int), in.(input), out.(output)
		switch call.kind {
		case ":read":
			return answer.unknown || answer.value == value, value
		case ":write":
			return true, call.new
		}
		holds := value == call.old
		if holds {
			return answer.unknown || answer.held, call.new
		}
		return answer.unknown || !answer.held, value
	},
}

func number(text string) int {
	value, err := strconv.Atoi(strings.Trim(text, "[]"))
	if err != nil {
		return absent
	}
	return value
}

func parse(path string) []porcupine.Event {
	file, err := os.Open(path)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	var events []porcupine.Event
	open := map[int]int{}
	next := 0
	scanner := bufio.NewScanner(file)
	for scanner.Scan() {
		words := strings.Fields(scanner.Text())
		if len(words) < 7 {
			continue
		}
		client, kind, op, rest := number(words[3]), words[4], words[5], words[6:]
		if kind == ":invoke" {
			in := input{kind: op, new: number(rest[0])}
			if op == ":cas" {
				in = input{kind: op, old: number(rest[0]), new: number(rest[1])}
			}
			events = append(events, porcupine.Event{ClientId: client, Kind: porcupine.CallEvent, Value: in, Id: next})
			open[client] = next
			next++
			continue
		}
		isLost := rest[0] == ":timed-out"
		if isLost && op != ":read" {
			continue
		}
		out := output{unknown: isLost, held: kind == ":ok", value: number(rest[0])}
		events = append(events, porcupine.Event{ClientId: client, Kind: porcupine.ReturnEvent, Value: out, Id: open[client]})
		delete(open, client)
	}
	for client, id := range open {
		events = append(events, porcupine.Event{ClientId: client, Kind: porcupine.ReturnEvent, Value: output{unknown: true}, Id: id})
	}
	return events
}

func main() {
	folder := os.Args[1]
	rounds, _ := strconv.Atoi(os.Args[2])
	text, err := os.ReadFile(filepath.Join(folder, "expected.json"))
	if err != nil {
		panic(err)
	}
	expected := map[string]bool{}
	if err := json.Unmarshal(text, &expected); err != nil {
		panic(err)
	}
	histories := map[string][]porcupine.Event{}
	for name := range expected {
		histories[name] = parse(filepath.Join(folder, name))
	}
	var times []float64
	for round := 0; round < rounds; round++ {
		start := time.Now()
		for name, events := range histories {
			if porcupine.CheckEvents(register, events) != expected[name] {
				fmt.Fprintln(os.Stderr, name)
				os.Exit(1)
			}
		}
		times = append(times, float64(time.Since(start).Microseconds())/1000)
	}
	sort.Float64s(times)
	fmt.Println(times[len(times)/2])
}
