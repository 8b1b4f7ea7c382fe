import { describe, expect, it } from 'vitest'
import { shippedRules, testAnalyzer } from '../../../../analyzeForTest.ts'

const analyze = testAnalyzer(shippedRules('python'))

async function rules(files: Record<string, string>, asked = Object.keys(files)): Promise<string[]> {
	const analyzed = await analyze(files, asked)
	return analyzed.flatMap(({ findings }) => findings.map((finding) => finding.ruleId))
}

describe('what frameworks of Python hand over', () => {
	it.each([
		[
			'a helper of a handler',
			'def named(self):\n        return self.request.body\n    def post(self):\n        os.system(self.named())',
		],
		[
			'a helper that reads JSON',
			'def named(self):\n        return json.loads(self.request.body)\n    def post(self):\n        os.system(self.named()["x"])',
		],
	])('%s reads the request by what its class extends', async (_, body) => {
		const text = `import json, os\nimport tornado.web\nclass A(tornado.web.RequestHandler):\n    ${body}\n`
		expect(await rules({ 'a.py': text })).toContain('python/command-injection')
	})

	it('a service is of the module that its error comes from', async () => {
		const view = [
			'from flask import current_app, request',
			'from .printer import PrinterError',
			'def show():',
			'    try:',
			"        current_app.extensions['printer'].page(request.args['name'])",
			'    except PrinterError:',
			'        return ""',
		].join('\n')
		const printer = [
			'import os',
			'class PrinterError(Exception):',
			'    pass',
			'class PagePrinter:',
			'    def page(self, name):',
			"        os.system('print ' + name)",
		].join('\n')
		const found = (name: string) =>
			rules({ 'shop/view.py': view.replace("'printer'", `'${name}'`), 'shop/printer.py': printer }, ['shop/view.py'])
		expect(await found('printer')).toContain('python/command-injection')
		expect(await found('browser')).toEqual([])
	})

	const store = [
		'import os',
		'class Store:',
		'    def __init__(self, root):',
		'        self._root = os.path.realpath(root)',
		'    def path(self, name):',
		'        full = os.path.realpath(os.path.join(self._root, name))',
		'        if not full.startswith(self._root + os.sep):',
		'            raise ValueError(name)',
		'        return full',
		'    def any(self, name):',
		'        return os.path.join(self._root, name)',
	].join('\n')
	const handler = (call: string) =>
		[
			'import asyncio, os',
			'from aiohttp import web',
			'from asgiref.sync import sync_to_async',
			'from .store import Store',
			"KEY = web.AppKey('store', Store)",
			'async def show(request: web.Request):',
			"    name = request.query['name']",
			`    return web.FileResponse(${call})`,
		].join('\n')
	it.each([
		'request.app[KEY].METHOD(name)',
		'await asyncio.to_thread(request.app[KEY].METHOD, name)',
		'await asyncio.get_running_loop().run_in_executor(None, request.app[KEY].METHOD, name)',
		"await sync_to_async(Store('/srv').METHOD)(name)",
	])('what is called in %s gives the result', async (call) => {
		const found = (method: string) =>
			rules({ 'app/show.py': handler(call.replace('METHOD', method)), 'app/store.py': store })
		expect(await found('path')).not.toContain('python/path-traversal')
		expect(await found('any')).toContain('python/path-traversal')
	})

	it('a method of what an application keeps runs in another thread', async () => {
		const handler = [
			'import asyncio',
			'from aiohttp import web',
			'from app.shelf import NotThere',
			'async def show(request):',
			"    shelf = request.app['shelf']",
			'    try:',
			"        return web.Response(text=await asyncio.to_thread(shelf.read_page, request.query['name']))",
			'    except NotThere:',
			'        raise web.HTTPNotFound()',
		].join('\n')
		const shelf = (end: string) =>
			[
				'import os',
				'class NotThere(Exception):',
				'    pass',
				'class PageShelf:',
				'    def __init__(self, root):',
				'        self.root = os.path.realpath(root)',
				'    def read_page(self, name):',
				'        path = os.path.realpath(os.path.join(self.root, name))',
				`        if not path.startswith(self.root${end}):`,
				'            raise NotThere(name)',
				'        return open(path).read()',
			].join('\n')
		const found = (end: string) => rules({ 'app/show.py': handler, 'app/shelf.py': shelf(end) })
		expect(await found('')).toContain('python/path-traversal')
		expect(await found(' + os.sep')).not.toContain('python/path-traversal')
	})

	it.each([
		[true, "r'<(.+?)>'"],
		[false, "r'<(\\w+)>'"],
	])(
		'a function that replaces gets what was found, unless the pattern makes it harmless: %s',
		async (isFound, pattern) => {
			const view = (call: string) =>
				[
					'import os, re',
					'from flask import request',
					`PLACE = re.compile(${pattern})`,
					'def filled(found):',
					"    return os.popen('show ' + found.group(1)).read()",
					'def show():',
					`    return {'text': ${call}}`,
				].join('\n')
			for (const call of [
				"PLACE.sub(filled, request.args['text'])",
				`re.sub(${pattern}, filled, request.args['text'])`,
			])
				expect((await rules({ 'a.py': view(call) })).includes('python/command-injection')).toBe(isFound)
		},
	)

	it('a host that is one of the settings is the own one', async () => {
		const view = (test: string) =>
			[
				'import httpx',
				'from urllib.parse import urlsplit',
				'from django.conf import settings',
				'def show(request):',
				"    url = request.GET['url']",
				`    if not ${test}:`,
				"        raise ValueError('unknown')",
				"    with httpx.stream('GET', url) as answer:",
				'        return answer.status_code',
			].join('\n')
		const found = (test: string) => rules({ 'a.py': view(test) })
		expect(await found('urlsplit(url).hostname in settings.HOSTS')).not.toContain('python/ssrf')
		expect(await found('any(host in url for host in settings.HOSTS)')).toContain('python/ssrf')
		expect(await found('urlsplit(url).path in settings.HOSTS')).toContain('python/ssrf')
	})

	it('an object is handed over for its handlers, with what it was made of', async () => {
		const files = {
			'app/app.py':
				"import falcon\nfrom .runner import Runner\nfrom .jobs import Jobs\ndef make():\n    app = falcon.App()\n    app.add_route('/jobs', Jobs(Runner()))\n    return app\n",
			'app/jobs.py':
				"class Jobs:\n    def __init__(self, started_by):\n        self._by = started_by\n    def on_post(self, req, resp):\n        self._by.begin(req.get_param('name'))\n",
			'app/runner.py': "import os\nclass Runner:\n    def begin(self, name):\n        os.system('job ' + name)\n",
		}
		expect(await rules(files)).toContain('python/command-injection')
	})

	it.each([
		[
			'a resolver of Graphene',
			'import graphene, os\nclass Query(graphene.ObjectType):\n    def resolve_page(root, info, name):\n        os.system(name)',
		],
		[
			'a field of Strawberry',
			'import os, strawberry\n@strawberry.type\nclass Query:\n    @strawberry.field\n    def page(self, info: strawberry.Info, name: str) -> str:\n        os.system(name)',
		],
		[
			'a resolver of Ariadne',
			"import os\nfrom ariadne import QueryType\nquery = QueryType()\n@query.field('page')\ndef page(_, info, name):\n    os.system(name)",
		],
		[
			'a method that is chosen by a message',
			"import os\nfrom channels.generic.websocket import JsonWebsocketConsumer\nclass Room(JsonWebsocketConsumer):\n    def receive_json(self, content):\n        getattr(self, f\"on_{content['kind']}\")(content)\n    def on_run(self, content):\n        os.system(content['name'])",
		],
		[
			'a method that is chosen by its end',
			"import os\nfrom flask import request\nclass Commands:\n    def cmd_run(self, name):\n        os.system(name)\ndef show():\n    getattr(Commands(), 'cmd_' + request.args['cmd'])(request.args['name'])",
		],
	])('%s gets data of the client', async (_, text) => {
		expect(await rules({ 'a.py': text })).toContain('python/command-injection')
	})

	it('a resolver chooses nothing by what the server hands it', async () => {
		const text =
			'import graphene, os\nclass Query(graphene.ObjectType):\n    def resolve_page(root, info, name):\n        os.system(info.field_name)'
		expect(await rules({ 'a.py': text })).not.toContain('python/command-injection')
	})

	it('a text that a model declares is no operator of a query', async () => {
		const text = (type: string) =>
			[
				'from fastapi import FastAPI',
				'from pydantic import BaseModel',
				'class Coupon(BaseModel):',
				`    code: ${type}`,
				'app = FastAPI()',
				"@app.post('/take')",
				'async def take(coupon: Coupon, rows):',
				"    return await rows.find_one_and_delete({'code': coupon.code})",
			].join('\n')
		expect(await rules({ 'a.py': text('dict') })).toContain('python/nosql-injection')
		for (const type of ['str', 'str | None', 'EmailStr', 'UUID4'])
			expect(await rules({ 'a.py': text(type) }), type).not.toContain('python/nosql-injection')
	})

	it('what an object that is made once keeps of a call is found in the file of its class', async () => {
		const files = (made: string) => ({
			'app/app.py': `from fastapi import FastAPI\nfrom .orders import Orders\napp = FastAPI()\n${made}\n`,
			'app/orders.py':
				'class Orders:\n    async def total(self, customer):\n        self._of = customer\n        return sum(await self._rows())\n    async def _rows(self):\n        return await rows(self._of)\n',
		})
		const [found] = (await analyze(files('app.state.orders = Orders()'), ['app/app.py'])).flatMap((it) => it.findings)
		expect(found?.ruleId).toBe('python/request-state-awaited')
		expect(found?.file).toBe('app/orders.py')
		expect(await rules(files('def show():\n    return Orders()'))).toEqual([])
	})
})
