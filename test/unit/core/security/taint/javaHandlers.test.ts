import { describe, expect, it } from 'vitest'
import { shippedRules, testAnalyzer } from '../../../../analyzeForTest.ts'

const analyze = testAnalyzer(shippedRules('java'))

async function found(text: string): Promise<readonly string[]> {
	const [analyzed] = await analyze({ 'Example.java': text })
	expect(analyzed?.gaps).toEqual([])
	return (analyzed?.findings ?? []).map((it) => it.ruleId)
}

describe('setters that a framework calls before the other methods of an action', () => {
	const action = (members: string) =>
		found(`import com.opensymphony.xwork2.ActionSupport;\npublic class Run extends ActionSupport {\n${members}\n}\n`)

	it('leave parts of the request in fields', async () => {
		const members = `private String tool;
			public void setTool(String tool) { this.tool = tool; }
			public String execute() throws Exception { Runtime.getRuntime().exec(tool); return SUCCESS; }`
		expect(await action(members)).toContain('java/command-injection')
	})

	it('leave what they made of it', async () => {
		const members = `private int tool;
			public void setTool(String tool) { this.tool = Integer.parseInt(tool); }
			public String execute() throws Exception { Runtime.getRuntime().exec("tool" + tool); return SUCCESS; }`
		expect(await action(members)).not.toContain('java/command-injection')
	})

	it('are handed services as well', async () => {
		const members = `private ToolService tools;
			public void setTools(ToolService tools) { this.tools = tools; }
			public String execute() throws Exception { Runtime.getRuntime().exec(tools.first()); return SUCCESS; }`
		expect(await action(members)).not.toContain('java/command-injection')
	})
})

describe('a key that stands in the code', () => {
	const key = (bytes: string) =>
		found(`import java.nio.charset.StandardCharsets;
			import java.util.*;
			import javax.crypto.spec.SecretKeySpec;
			class Box {
				private static final String TEXT = "c2l4dGVlbiBvZiB0aGVtIQ==";
				Object key(String given) { return new SecretKeySpec(${bytes}, "AES"); }
			}`)

	it.each([
		'"sixteen of them!".getBytes(StandardCharsets.UTF_8)',
		'Base64.getDecoder().decode(TEXT)',
		'Base64.getUrlDecoder().decode(TEXT)',
		'HexFormat.of().parseHex("00112233445566778899aabbccddeeff")',
	])('%s', async (bytes) => expect(await key(bytes)).toContain('java/hardcoded-key'))

	it.each([
		'given.getBytes(StandardCharsets.UTF_8)',
		'Base64.getDecoder().decode(given)',
		'Base64.getDecoder().decode(System.getenv("KEY"))',
	])('is not %s', async (bytes) => expect(await key(bytes)).not.toContain('java/hardcoded-key'))
})

describe('what the text of an object shows', () => {
	const logged = (type: string) =>
		found(`import java.util.logging.Logger;
			import lombok.*;
			import org.springframework.web.bind.annotation.*;
			${type}
			class Members {
				private static final Logger log = Logger.getLogger("members");
				@PostMapping("/members") void join(@RequestBody Joining joining) { log.info("joins: " + joining); log.log(java.util.logging.Level.INFO, "joins {0}", joining); }
			}`)

	it.each([
		'record Joining(String name, String password) {}',
		'@Data class Joining { private String name; private String password; }',
	])('is all of it: %s', async (type) => expect(await logged(type)).toContain('java/sensitive-log'))

	it.each([
		'record Joining(String name, String password) { public String toString() { return name; } }',
		'@Data class Joining { private String name; @ToString.Exclude private String password; }',
		'@Data @ToString(of = "name") class Joining { private String name; private String password; }',
		'class Joining { private String name; private String password; }',
	])('is not: %s', async (type) => expect(await logged(type)).not.toContain('java/sensitive-log'))
})

describe('a method that goes on after it refused a request', () => {
	const servlet = (body: string) =>
		found(`import javax.servlet.http.*;
			class Doors extends HttpServlet {
				private Store store;
				protected void doPost(HttpServletRequest request, HttpServletResponse response) throws java.io.IOException {
					boolean mayOpen = request.isUserInRole("staff");
					${body}
				}
			}`)
	const rule = 'java/servlet-goes-on-after-refusal'

	it.each([
		'if (!mayOpen) response.sendError(403); store.open(7);',
		'if (!mayOpen) { log("no"); response.sendError(403, "no"); } store.open(7);',
		'try { if (!mayOpen) { response.sendError(403); } store.open(7); } finally { store.close(); }',
	])('%s', async (body) => expect(await servlet(body)).toContain(rule))

	it.each([
		'if (!mayOpen) { response.sendError(403); return; } store.open(7);',
		'if (!mayOpen) response.sendError(403); else store.open(7);',
		'if (!mayOpen) { response.sendError(403); }',
		'if (mayOpen) { store.open(7); response.sendError(404); }',
		'if (!mayOpen) { response.sendError(403); throw new IllegalStateException(); } store.open(7);',
	])('not: %s', async (body) => expect(await servlet(body)).not.toContain(rule))
})

describe('a function that goes through the characters of a header', () => {
	const header = (body: string) =>
		found(`import javax.servlet.http.*;
			class Answer {
				static String clean(String text) {
					StringBuilder all = new StringBuilder();
					for (char c : text.toCharArray()) { ${body} }
					return all.toString();
				}
				void go(HttpServletRequest request, HttpServletResponse response) {
					response.setHeader("X-Name", "name=" + clean(request.getParameter("name")));
				}
			}`)

	it.each([
		"if (c != '\\r' && c != '\\n') all.append(c);",
		"switch (c) { case '\\r', '\\n' -> all.append(' '); default -> all.append(c); }",
		'all.append(Character.isISOControl(c) ? ' + "' '" + ' : c);',
		'if (c < 0x20) throw new IllegalArgumentException(); all.append(c);',
	])('takes out what ends a line: %s', async (body) => expect(await header(body)).toEqual([]))

	it.each([
		'all.append(c);',
		"if (c == '\\n') continue; all.append(c);",
		"switch (c) { case '\"' -> all.append(' '); default -> all.append(c); }",
	])('leaves it: %s', async (body) => expect(await header(body)).toEqual(['java/servlet-response-splitting']))
})
