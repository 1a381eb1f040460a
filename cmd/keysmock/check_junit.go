package main

import (
	"cmp"
	"encoding/xml"

	"github.com/qaikeys/qaikeys/wrapper/conformance"
)

// junitReport is a JUnit XML file.
type junitReport struct {
	XMLName xml.Name     `xml:"testsuites"`
	Name    string       `xml:"name,attr"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string       `xml:"classname,attr"`
	Name    string       `xml:"name,attr"`
	Failure *junitReason `xml:"failure"`
	Error   *junitReason `xml:"error"`
	Skipped *junitReason `xml:"skipped"`
}

type junitReason struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// junit returns the findings as JUnit XML: a suite for each operation, a case for each rule, and an error if the run was cut short.
func (f *findings) junit() ([]byte, error) {
	report := junitReport{Name: "keysmock check " + f.Target}
	for _, g := range f.Groups {
		suite := junitSuite{
			Name: g.Name, Tests: len(g.Results), Failures: len(g.Deviations()),
			Skipped: len(g.of(conformance.NotReached, conformance.KnownFailure)),
		}
		for _, result := range g.Results {
			reason := &junitReason{Message: result.Reason, Text: result.String()}
			tested := junitCase{Class: g.Name, Name: cmp.Or(result.Rule, result.Name)}
			switch result.Outcome {
			case conformance.Failed, conformance.UnexpectedPass:
				tested.Failure = reason
			case conformance.NotReached, conformance.KnownFailure:
				tested.Skipped = reason
			case conformance.Passed:
			}
			suite.Cases = append(suite.Cases, tested)
		}
		report.Suites = append(report.Suites, suite)
	}
	if f.Err != nil {
		report.Suites = append(report.Suites, junitSuite{
			Name: "run", Tests: 1, Errors: 1, Cases: []junitCase{{Class: "run", Name: "complete", Error: &junitReason{Message: f.Stopped()}}},
		})
	}
	data, err := xml.MarshalIndent(report, "", "  ")
	return append([]byte(xml.Header), append(data, '\n')...), err
}
