import { describe, expect, it } from 'vitest'
import { shippedRules, testAnalyzer } from '../../../../analyzeForTest.ts'

const analyze = testAnalyzer(shippedRules('java'))

describe('what a container hands to a service', () => {
	const letters = `package shop.letters;
		import freemarker.template.*;
		import org.springframework.stereotype.Component;
		@Component
		public class Letters {
			private final Configuration settings;
			public Letters(Configuration settings) { this.settings = settings; }
			Object letter(String text) throws Exception { return new Template("letter", text, settings); }
		}`
	const pages = `package shop.letters;
		import org.springframework.web.bind.annotation.*;
		@RestController
		public class Pages {
			private final Letters letters;
			public Pages(Letters letters) { this.letters = letters; }
			@PostMapping("/letters")
			Object make(@RequestParam String text) throws Exception { return letters.letter(text); }
		}`
	const config = (more: string, name = 'LetterConfig') => `package shop.config;
		import freemarker.core.TemplateClassResolver;
		import freemarker.template.Configuration;
		import org.springframework.context.annotation.*;
		public class ${name} {
			@Bean
			public Configuration letterSettings() {
				Configuration settings = new Configuration(Configuration.VERSION_2_3_32);
				${more}
				return settings;
			}
		}`
	const found = async (files: Readonly<Record<string, string>>) => {
		const all = { 'src/shop/letters/Letters.java': letters, 'src/shop/letters/Pages.java': pages, ...files }
		const analyzed = await analyze(all, ['src/shop/letters/Pages.java'])
		return analyzed.flatMap((it) => it.findings.map(({ ruleId }) => ruleId))
	}
	const limit = 'settings.setNewBuiltinClassResolver(TemplateClassResolver.ALLOWS_NOTHING_RESOLVER);'

	it('is what a method of the configuration makes', async () => {
		expect(await found({ 'src/shop/config/LetterConfig.java': config(limit) })).toEqual([])
	})

	it('is not known where nothing is said of it', async () => {
		expect(await found({})).toEqual(['java/template-injection'])
		expect(await found({ 'src/shop/config/LetterConfig.java': config('') })).toEqual(['java/template-injection'])
	})

	it('is not known where there are several', async () => {
		const files = {
			'src/shop/config/LetterConfig.java': config(limit),
			'src/shop/config/MailConfig.java': config('', 'MailConfig'),
		}
		expect(await found(files)).toEqual(['java/template-injection'])
	})
})
