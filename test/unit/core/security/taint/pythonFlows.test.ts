import { describe, expect, it } from 'vitest'
import { testAnalyzer } from '../../../../analyzeForTest.ts'
import { taintRules } from './taintRules.ts'

const analyze = testAnalyzer(taintRules)

async function findings(body: string, more: Record<string, string> = {}) {
	const [analyzed] = await analyze({ 'a.py': `import os\n${body}\n`, ...more }, ['a.py'])
	return analyzed?.findings ?? []
}

describe('data that reaches a sink in Python', () => {
	it.each([
		[
			'through an attribute that is set by its name',
			"class A:\n    pass\ndef f(data):\n    a = A()\n    setattr(a, 'x', data)\n    os.system(getattr(a, 'x'))",
		],
		[
			'through an object that __new__ makes',
			'class A:\n    def __new__(cls, x):\n        it = super().__new__(cls)\n        it.x = x\n        return it\n    def get(self):\n        return self.x\ndef f(data):\n    os.system(A(data).get())',
		],
		[
			'through an object of another class that __new__ chooses',
			"class B:\n    def get(self, x):\n        return x\nclass A:\n    def __new__(cls, kind):\n        return B() if kind == 'b' else None\ndef f(data):\n    os.system(A('b').get(data))",
		],
		[
			'through __init__ after __new__',
			'class A:\n    def __new__(cls, x):\n        return object.__new__(cls)\n    def __init__(self, x):\n        self.x = x\ndef f(data):\n    os.system(A(data).x)',
		],
		[
			'through a class pattern by place',
			"class P:\n    __match_args__ = ('x', 'y')\n    def __init__(self, x, y):\n        self.x = x\n        self.y = y\ndef f(data):\n    match P('ls', data):\n        case P(a, b):\n            os.system(b)",
		],
		[
			'through the rest of a map pattern',
			"def f(data):\n    match {'a': 'ls', 'b': data}:\n        case {'a': a, **rest}:\n            os.system(rest['b'])",
		],
		[
			'through the keys of a map that is unpacked',
			"def f(data):\n    m = {'a': 'ls', 'b': 'ls'}\n    k, l = m\n    m[l] = data\n    os.system(m['b'])",
		],
		[
			'through a field of a class whose base is of a library',
			'import lib\nclass A(lib.Base):\n    def set(self, x):\n        self.x = x\ndef f(data):\n    a = A()\n    a.set(data)\n    os.system(a.x)',
		],
		[
			'through a partial of a library function',
			'import functools\ndef f(data):\n    g = functools.partial(os.system, data)\n    g()',
		],
		[
			'through a partial with a keyword',
			'import functools\ndef g(a, b):\n    os.system(b)\ndef f(data):\n    functools.partial(g, b=data)(1)',
		],
		[
			'through a thread',
			'import threading\ndef f(data):\n    threading.Thread(target=os.system, args=(data,)).start()',
		],
		[
			'through a thread that gets it by its name',
			"import threading\ndef g(x):\n    os.system(x)\ndef f(data):\n    threading.Thread(target=g, kwargs={'x': data}).start()",
		],
		['through an executor', 'def g(x):\n    os.system(x)\ndef f(pool, data):\n    pool.submit(g, data)'],
		[
			'through an executor that gets it by its name',
			'def g(a, x):\n    os.system(x)\ndef f(pool, data):\n    pool.submit(g, 1, x=data)',
		],
		[
			'through an executor whose function stands second',
			'def g(x):\n    os.system(x)\nasync def f(loop, data):\n    await loop.run_in_executor(None, g, data)',
		],
		['through the items of a pool', 'def g(x):\n    os.system(x)\ndef f(pool, data):\n    pool.imap(g, [data])'],
		['through a list of arguments', 'def g(x):\n    os.system(x)\ndef f(timer, data):\n    timer(5, g, args=[data])'],
		[
			'through a tuple of arguments',
			'def g(x):\n    os.system(x)\ndef f(pool, data):\n    pool.apply_async(g, (data,))',
		],
		[
			'through a function that is made asynchronous',
			'from asgiref.sync import sync_to_async\ndef g(x):\n    os.system(x)\nasync def f(data):\n    await sync_to_async(g)(data)',
		],
		['through a task', 'import queues\n@queues.task\ndef g(x):\n    os.system(x)\ndef f(data):\n    g.delay(data)'],
		[
			'through a task that is bound',
			'import queues\n@queues.task(bind=True)\ndef g(self, x):\n    os.system(x)\ndef f(data):\n    g.delay(data)',
		],
		[
			'through a task that gets a map',
			"import queues\n@queues.task\ndef g(x):\n    os.system(x)\ndef f(data):\n    g.apply_async(kwargs={'x': data})",
		],
		[
			'through a task that is chained to another',
			'import queues\n@queues.task\ndef g(before, x):\n    os.system(x)\ndef f(data):\n    g.s(data).apply_async()',
		],
		[
			'through a method of what a framework hands over',
			"class Shop:\n    def restock(self, x):\n        os.system(x)\ndef f(request, data):\n    request.app['shop'].restock(data)",
		],
		[
			'through an ordinary method of what is named like its class',
			'import lib\nclass ItemStore:\n    def put(self, x):\n        os.system(x)\nclass H(lib.Handler):\n    def start(self, store):\n        self.store = store\n    def post(self, data):\n        self.store.put(data)',
		],
		['through a function that is taken by its name', "def f(data):\n    getattr(os, 'system')(data)"],
	])('%s', async (_, code) => expect(await findings(code)).toHaveLength(1))
})

describe('data that does not reach a sink in Python', () => {
	it.each([
		[
			'the attribute was set to something else',
			"class A:\n    def __init__(self, x):\n        self.x = x\ndef f(data):\n    a = A(data)\n    setattr(a, 'x', 'ls')\n    os.system(getattr(a, 'x'))",
		],
		[
			'another argument is handed along with the function',
			"def g(x, y):\n    os.system(x)\ndef f(pool, data):\n    pool.submit(g, 'ls', data)",
		],
		[
			'a task does something else with it',
			"import queues\n@queues.task(bind=True)\ndef g(self, x, y):\n    os.system(x)\ndef f(data):\n    g.delay('ls', data)",
		],
		[
			'two classes have a method of this name',
			"class A:\n    def restock(self, x):\n        os.system(x)\nclass B:\n    def restock(self, x):\n        pass\ndef f(request, data):\n    request.app['shop'].restock(data)",
		],
		[
			'an ordinary method is that of something else',
			"class ItemStore:\n    def put(self, x):\n        os.system(x)\ndef f(request, data):\n    request.app['cache'].put(data)",
		],
		[
			'it is the method of an object that a library made',
			'import lib\nclass Shop:\n    def restock(self, x):\n        os.system(x)\ndef f(data):\n    shop = lib.connect()\n    shop.restock(data)',
		],
		[
			'another place of the class pattern is used',
			"class P:\n    __match_args__ = ('x', 'y')\n    def __init__(self, x, y):\n        self.x = x\n        self.y = y\ndef f(data):\n    match P('ls', data):\n        case P(a, b):\n            os.system(a)",
		],
		[
			'it is no part of the rest',
			"def f(data):\n    match {'a': data, 'b': 'ls'}:\n        case {'a': a, **rest}:\n            os.system(rest['b'])",
		],
		[
			'a loop over a range overwrites it',
			"def f(data):\n    x = data\n    for i in range(2):\n        x = 'ls'\n    os.system(x)",
		],
		['a range is empty', "def f(data):\n    x = 'ls'\n    for i in range(0):\n        x = data\n    os.system(x)"],
		['it is taken out of a set', "def f(data):\n    os.system(' '.join({'a', 'b'} - {data}))"],
	])('%s', async (_, code) => expect(await findings(code)).toEqual([]))

	it('a function of a module of the program does not give it back', async () => {
		const more = { 'pkg/__init__.py': 'from .b import g\n', 'pkg/b.py': "def g(x):\n    return 'ls'\n" }
		expect(await findings('import pkg\ndef f(data):\n    os.system(pkg.g(data))', more)).toEqual([])
		expect(await findings('import pkg.b\ndef f(data):\n    os.system(pkg.b.g(data))', more)).toEqual([])
	})
})
