export const analyzeHelp = `Usage: alcove analyze [paths] [options]

Looks for security issues in files and folders (without any: in this folder), following data from where somebody
else controls it to where it does harm, across functions and files. Nothing leaves the machine.

Report:
  --format FORMAT         text (default), sarif, json or markdown
  --output FILE           writes the report there instead of printing it
  --severity LEVEL        leaves out what is less than critical, high, medium or low (default: low)
  --min-confidence LEVEL  leaves out what is less sure than high, medium or low (default: low)
  --fail-on LEVEL         the least severity for exit code 1: critical, high, medium, low (default) or none

Files:
  --changed-since REF     only files that differ from where this branch left a commit, and new ones (asks git)
  --exclude GLOB          leaves files out; may be given several times
  --max-bytes N           larger files are not analyzed, and reported as gaps (default 1000000)
  What git ignores is left out, and packages of others (node_modules and the like), unless it is named.
  Files that are minified, made by a program, binary or too large are reported as gaps.

Known findings:
  --baseline FILE         findings in it are known and do not count (default: .alcove/baseline.json, where it is)
  --no-baseline           reads no baseline
  --write-baseline        writes all that is found now into the baseline, and ends with 0
  A comment ignores findings of its line, or of the next one: alcove-ignore RULE until 2027-01-31: reason
  (the day may be left out). alcove-ignore-file RULE: reason does so in all of its file.

Rules:
  --rules DIR             rules of your own, *.yml in it; may be given several times
  --no-workspace-rules    reads nothing of .alcove/ but a baseline that is named: for code that you do not trust
  --disable RULE          switches rules off, * stands for any characters; may be given several times
  --list-rules            lists the rules, as JSON with --format json
  --explain RULE          shows the page of a rule

A model that judges:
  --triage                has a model on this machine judge the findings that count, the worst first. It says with a quote
                          of the code whether it takes each for vulnerable or safe; it takes none away. Of weak
                          cryptography, cookies and secrets it is not asked. Without a model that can judge, the analysis
                          says so and goes on without
  --triage-model FILE     a GGUF model with at least 1.4 billion parameters; the one that comes with Alcove is too small
  --triage-budget N       seconds that the judging may take (default 300); what is not reached is said
  --triage-hides          what the model dismisses does not count for the exit code, and is ignored in reports
  --triage-any-model      asks smaller models, too: what they say is worth little
  In SARIF, what the model dismisses has a suppression that is under review (with --triage-hides: accepted), and each
  verdict is in properties.triage. Findings that the model doubts get a lower confidence, but are left in.
  Ctrl+C ends the judging; the report is written with what was said until then.

Running:
  --jobs N                processes at once (default: as many as there are processors, at most 8)
  --no-cache              analyzes files anew that did not change
  --quiet                 shows no progress

Exit codes:
  0    nothing found that counts
  1    findings at or above --fail-on, which are neither known nor ignored
  2    the command line is wrong
  3    the analysis failed, of all or of some file, or a file of rules cannot be used; and no findings as for 1
  130  interrupted: what was done is kept for the next time
`
