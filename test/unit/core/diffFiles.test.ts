import { expect, it } from 'vitest'
import { diffFiles } from '../../../src/core/context/diffFiles.ts'

const diff = String.raw`note before
diff --git a/src/a b.ts b/src/a b.ts
index 1..2 100644
--- a/src/a b.ts	
+++ b/src/a b.ts	
@@ -1 +1 @@
--- a/not/a/name
+++ b/nor this
diff --git a/gone.ts b/gone.ts
deleted file mode 100644
--- a/gone.ts
+++ /dev/null
@@ -1 +0,0 @@
-x
diff --git a/old.ts b/new.ts
similarity index 100%
rename from old.ts
rename to new.ts
diff --git a/pic.png b/pic.png
index 1..2 100644
Binary files a/pic.png and b/pic.png differ
diff --git "a/\303\274 \"q\".ts" "b/\303\274 \"q\".ts"
--- "a/\303\274 \"q\".ts"
+++ "b/\303\274 \"q\".ts"
@@ -1 +1 @@
+x
diff --cc both.ts
index 1,2..3
`

it('splits a diff into its files', () => {
	const files = diffFiles(diff)
	expect(files.map(({ path }) => path)).toEqual(['src/a b.ts', 'gone.ts', 'new.ts', 'pic.png', 'ü "q".ts', 'both.ts'])
	expect(files.map(({ text }) => text).join('')).toBe(diff.slice(diff.indexOf('diff --git')))
})

it('finds none in what is no diff', () => {
	expect(diffFiles('')).toEqual([])
	expect(diffFiles('hello')).toEqual([])
})
