// Stands in for @vscode/native-watchdog, whose native part needs a C++ compiler: it ends an extension host that hangs
// after its server is gone. The editor's own check, once a second, ends those that do not hang.
exports.start = () => {}
