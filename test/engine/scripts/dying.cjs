// Says why on its error output, among much else, and dies of a signal as a native abort does.
process.stderr.write('noise\n'.repeat(100_000))
process.stderr.write('GGML_ASSERT(n_tokens > 0) failed\n', () => process.abort())
