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

describe('what a handler leaves in a collection of its object', () => {
	const handler = (fields: string, fill: string, take: string) =>
		found(`import java.util.*;
			import java.util.concurrent.*;
			import org.springframework.web.bind.annotation.*;
			@RestController
			class Jobs {
				record Job(String tool) {}
				${fields}
				@PostMapping("/jobs") void take(@RequestBody String sent) { ${fill} }
				void work() throws Exception { ${take} }
			}`)

	it.each([
		[
			'private final BlockingQueue<Job> jobs = new LinkedBlockingQueue<>();',
			'jobs.offer(new Job(sent));',
			'Runtime.getRuntime().exec(jobs.take().tool());',
		],
		[
			'private final List<Job> jobs = new CopyOnWriteArrayList<>();',
			'jobs.add(new Job(sent));',
			'for (Job it : jobs) Runtime.getRuntime().exec(it.tool());',
		],
		[
			'private final Map<String, String> jobs = new ConcurrentHashMap<>();',
			'jobs.put("next", sent);',
			'Runtime.getRuntime().exec(jobs.get("next"));',
		],
	])('%s', async (fields, fill, take) => expect(await handler(fields, fill, take)).toContain('java/command-injection'))

	it('is what the handler made of it', async () => {
		const fields = 'private final List<Integer> jobs = new ArrayList<>();'
		const take = 'for (int it : jobs) Runtime.getRuntime().exec("tool" + it);'
		expect(await handler(fields, 'jobs.add(Integer.parseInt(sent));', take)).not.toContain('java/command-injection')
	})

	it('is in no other collection', async () => {
		const fields = 'private final List<String> jobs = new ArrayList<>(), own = List.of("ls");'
		const take = 'for (String it : own) Runtime.getRuntime().exec(it);'
		expect(await handler(fields, 'jobs.add(sent);', take)).not.toContain('java/command-injection')
	})
})

describe('a value that is made for a key that is not there', () => {
	const made = (call: string) =>
		found(`import java.util.*;
			import java.util.concurrent.*;
			import javax.naming.*;
			import javax.servlet.http.*;
			class Sources {
				private final Map<String, Object> known = new ConcurrentHashMap<>();
				Object of(HttpServletRequest request) { return ${call}; }
				private Object find(String name) {
					try { return new InitialContext().lookup(name); } catch (NamingException e) { return null; }
				}
			}`)

	it.each([
		'known.computeIfAbsent(request.getHeader("source"), this::find)',
		'known.computeIfAbsent(request.getHeader("source"), it -> find(it))',
	])('%s', async (call) => expect(await made(call)).toContain('java/jndi-injection'))

	it('is made of the key alone', async () =>
		expect(
			await made('known.computeIfAbsent(request.getHeader("source"), it -> find("java:comp/env/main"))'),
		).not.toContain('java/jndi-injection'))
})

describe('a reference to a method of an item', () => {
	it('gives what the item has', async () => {
		const text = `import org.springframework.web.bind.annotation.*;
			import org.springframework.web.reactive.function.client.WebClient;
			import reactor.core.publisher.Mono;
			@RestController
			class Pages {
				record Wish(String url) {}
				private final WebClient client = WebClient.create();
				@PostMapping("/page") Mono<String> page(@RequestBody Mono<Wish> wish) { return wish.map(Wish::url).flatMap(this::load); }
				private Mono<String> load(String url) { return client.get().uri(url).retrieve().bodyToMono(String.class); }
			}`
		expect(await found(text)).toContain('java/ssrf')
	})
})

describe('what a container calls before any request', () => {
	const parser = (init: string) =>
		found(`import javax.servlet.http.*;
			import javax.xml.stream.*;
			public class Import extends HttpServlet {
				private final XMLInputFactory factory = XMLInputFactory.newFactory();
				@Override public void init() { ${init} }
				@Override protected void doPost(HttpServletRequest request, HttpServletResponse response) throws java.io.IOException {
					try { factory.createXMLStreamReader(request.getInputStream()); } catch (XMLStreamException e) { response.setStatus(400); }
				}
			}`)

	it('sets what counts later', async () => {
		const off = 'factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);'
		expect(await parser(off)).not.toContain('java/xml-external-entities')
		expect(await parser('factory.setProperty(XMLInputFactory.IS_COALESCING, true);')).toContain(
			'java/xml-external-entities',
		)
	})
})

describe('an annotation with several texts', () => {
	it('matches where one of them does', async () => {
		const mapper = (text: string) =>
			found(`import org.apache.ibatis.annotations.*;
				interface Rooms { @Select({"SELECT * FROM room", "${text}"}) Object of(@Param("name") String name); }`)
		expect(await mapper('WHERE name = $' + '{name}')).toContain('java/mybatis-text-substitution')
		expect(await mapper('WHERE name = #{name}')).not.toContain('java/mybatis-text-substitution')
	})
})

describe('names of parameters that are in a list', () => {
	const query = (condition: string, part: string) =>
		found(`import jakarta.persistence.EntityManager;
			import jakarta.ws.rs.*;
			import jakarta.ws.rs.core.*;
			import java.util.*;
			import java.util.stream.Collectors;
			@Path("/rooms")
			public class Rooms {
				private static final Set<String> FIELDS = Set.of("floor", "house");
				EntityManager entities;
				@GET public Object of(@Context UriInfo uri) {
					Map<String, String> chosen = new LinkedHashMap<>();
					uri.getQueryParameters().forEach((name, all) -> { if (${condition}) chosen.put(name, all.get(0)); });
					String where = chosen.entrySet().stream().map(it -> ${part}).collect(Collectors.joining(" and "));
					return entities.createQuery("select r from Room r where " + where);
				}
			}`)
	const parameters = '"r." + it.getKey() + " = :" + it.getKey()'

	it('stay safe in a map', async () =>
		expect(await query('FIELDS.contains(name)', parameters)).not.toContain('java/jpa-query-injection'))

	it.each([
		['FIELDS.contains(name)', '"r." + it.getKey() + " = \'" + it.getValue() + "\'"'],
		['name.length() > 2', parameters],
	])('say nothing of what is beside them: %s, %s', async (condition, part) =>
		expect(await query(condition, part)).toContain('java/jpa-query-injection'),
	)
})
