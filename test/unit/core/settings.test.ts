import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { selectChatModel, selectModel } from '../../../src/core/model/selectModel.ts'
import {
	checkSetting,
	defaultSettings,
	readSettings,
	type SettingKey,
	type Settings,
	settingKeys,
} from '../../../src/core/settings.ts'

describe('settings', () => {
	it('are the defaults where nothing is set', () => {
		expect(readSettings(() => undefined)).toEqual({ settings: defaultSettings, complaints: [] })
	})

	it.each<[SettingKey, unknown]>([
		['completion.enabled', false],
		['completion.maxTokens', 8],
		['completion.maxTokens', 512],
		['model.path', '/models/a b.gguf'],
		['model.path', 'C:\\models\\a.gguf'],
		['model.path', '\\\\server\\share\\a.gguf'],
		['model.path', '~/a.gguf'],
		['model.path', ''],
		['model.draftPath', '~/draft.gguf'],
		['engine.gpu', 'off'],
		['engine.contextSize', 131_072],
		['engine.idleUnloadMinutes', 0.5],
		['engine.maxLoadedModels', 1],
		['engine.saveStates', true],
	])('%s takes %j', (key, value) => expect(checkSetting(key, value)).toEqual({ value }))

	it.each<[SettingKey, unknown, string]>([
		['completion.enabled', 'yes', 'wrongType'],
		['completion.enabled', null, 'wrongType'],
		['completion.maxTokens', '96', 'wrongType'],
		['completion.maxTokens', 96.5, 'wrongType'],
		['completion.maxTokens', 7, 'outOfRange'],
		['completion.maxTokens', 513, 'outOfRange'],
		['completion.maxTokens', Number.NaN, 'wrongType'],
		['model.path', 7, 'wrongType'],
		['model.path', 'models/a.gguf', 'notAbsolute'],
		['model.draftPath', 'draft.gguf', 'notAbsolute'],
		['engine.gpu', 'cuda', 'notAChoice'],
		['engine.gpu', true, 'notAChoice'],
		['engine.contextSize', -1, 'outOfRange'],
		['engine.maxLoadedModels', 0, 'outOfRange'],
		['engine.maxLoadedModels', 1.5, 'wrongType'],
		['engine.saveStates', 'on', 'wrongType'],
		['engine.idleUnloadMinutes', Number.POSITIVE_INFINITY, 'outOfRange'],
	])('%s does not take %j: %s', (key, value, reason) => {
		const { settings, complaints } = readSettings((asked) => (asked === key ? value : undefined))
		expect(settings).toEqual(defaultSettings)
		expect(complaints).toEqual([{ key, reason, expected: expect.stringMatching(/./) }])
	})

	it('survive every value that a settings file can hold', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				const { settings, complaints } = readSettings(() => value)
				for (const key of settingKeys) {
					expect(typeof settings[key]).toBe(typeof defaultSettings[key])
					// Taken as it is, or replaced by the default with a complaint.
					const isComplained = complaints.some((complaint) => complaint.key === key)
					expect(settings[key]).toEqual(isComplained ? defaultSettings[key] : value)
				}
			}),
		)
	})
})

describe('the model that the settings ask for', () => {
	const starter = { path: '/ext/starter.gguf', draftPath: '/ext/draft.gguf' }
	const select = (path: string, homeDir = '/home/ann', draftPath = '') =>
		selectModel({ ...defaultSettings, 'model.path': path, 'model.draftPath': draftPath }, { starter, homeDir })

	it('is the starter model with its draft where no other is configured', () => {
		for (const path of ['', '  ']) {
			expect(select(path)).toEqual({ origin: 'starter', ...starter, contextSize: 8_192, leastContextSize: 4_096 })
		}
	})

	it('is the starter model with its own draft also where one is configured for another model', () => {
		expect(select('', '/home/ann', '/models/draft.gguf').draftPath).toBe(starter.draftPath)
	})

	it('is the file of the user, without a draft where none is configured', () => {
		const user = { origin: 'user', path: '/models/coder.gguf', contextSize: 8_192, leastContextSize: 4_096 }
		expect(select(' /models/coder.gguf ')).toEqual(user)
		expect(select('/models/coder.gguf', '/home/ann', ' ')).toEqual(user)
		expect(select('/models/coder.gguf', '/home/ann', ' ~/draft.gguf ')).toEqual({
			...user,
			draftPath: '/home/ann/draft.gguf',
		})
	})

	it('has the larger context of the chat where it answers there as well, so that it is loaded once', () => {
		const both = (more: Partial<Settings>) => {
			const settings = { ...defaultSettings, 'model.path': '/m/coder.gguf', ...more }
			const places = { starter, homeDir: '/home/ann' }
			return [selectModel(settings, places), selectChatModel(settings, places)]
		}
		const large = { origin: 'user', path: '/m/coder.gguf', contextSize: 8_192, leastContextSize: 4_096 }
		const small = { origin: 'user', path: '/m/coder.gguf', contextSize: 4_096 }
		expect(both({})).toEqual([large, large])
		expect(both({ 'chat.modelPath': '/m/coder.gguf' })).toEqual([large, large])
		expect(both({ 'chat.modelPath': '/m/talk.gguf' })).toEqual([small, { ...large, path: '/m/talk.gguf' }])
		expect(both({ 'chat.enabled': false })[0]).toEqual(small)
		// What the settings ask for completions is the least, also for the chat.
		const [ample] = both({ 'engine.contextSize': 16_384 })
		expect(ample).toEqual({ ...small, contextSize: 16_384 })
	})

	it('may lie in the home folder', () => {
		expect(select('~/coder.gguf').path).toBe('/home/ann/coder.gguf')
		expect(select('~\\coder.gguf', 'C:\\Users\\$&').path).toBe('C:\\Users\\$&\\coder.gguf')
	})
})
