import type { BackendKind } from '../../core/model/backend.ts'
import type { Dialect } from './dialect.ts'
import { llamaServerDialect } from './llamaServerDialect.ts'
import { ollamaDialect } from './ollamaDialect.ts'
import { openAiDialect } from './openAiDialect.ts'

export function dialectOf(kind: BackendKind): Dialect {
	switch (kind) {
		case 'ollama':
			return ollamaDialect
		case 'llama-server':
			return llamaServerDialect
		case 'openai':
			return openAiDialect
	}
}
