import { describe, expect, it } from 'vitest'
import { shippedRules, testAnalyzer } from '../../../../analyzeForTest.ts'
import { taintRules } from './taintRules.ts'

const analyze = testAnalyzer(taintRules)

async function found(files: Record<string, string>, of: string, analyzer = analyze): Promise<readonly string[]> {
	const [analyzed] = await analyzer(files, [of])
	return (analyzed?.findings ?? []).map((it) => it.ruleId)
}

describe('data that goes through the files of a program in Ruby', () => {
	const kennel = 'module Shop\n module Kennel\n  module_function\n  def run(x) = system(x)\n end\nend\n'

	it.each([
		['required in front of it', "require_relative 'lib/shop/kennel'\n", 'lib/shop/kennel.rb', 'a.rb'],
		['loaded by its name', '', 'lib/shop/kennel.rb', 'lib/shop/door.rb'],
	])('is followed into a module that another file says more of, which is %s', async (_, before, other, file) => {
		const code = `${before}module Shop\n class Door\n  def f(input) = Kennel.run(input)\n end\nend\n`
		expect(await found({ [file]: code, [other]: kennel }, file)).toEqual(['ruby/command'])
	})

	it('is followed into what a folder of the application has that nobody else has', async () => {
		const files = {
			'app/kennels/cat_door.rb': 'class CatDoor\n def open(x) = system(x)\nend\n',
			'app/api/v1/cats.rb': 'class Cats\n def f(input) = CatDoor.new.open(input)\nend\n',
		}
		expect(await found(files, 'app/api/v1/cats.rb')).toEqual(['ruby/command'])
	})

	it('is followed into the body of a class that uses what was required before', async () => {
		const files = {
			'a.rb': "require_relative 'parts/b'\nclass A\n X.each_slice(1) { }\n Other.run(params[:x])\nend\n",
			'parts/b.rb': 'module Other\n def self.run(x) = system(x)\nend\n',
		}
		expect(await found(files, 'a.rb')).toEqual(['ruby/command'])
	})

	it('is followed into the class that an object of the constructor is called like', async () => {
		const door = (method: string) =>
			`class Door\n def initialize(kennels)\n  @kennels = kennels\n end\n def f(input) = @kennels.${method}(input)\nend\n`
		const files = (method: string) => ({
			'api/door.rb': door(method),
			'lib/animals/kennel_repository.rb':
				'module Animals\n class KennelRepository\n  def by_name(name) = system(name)\n end\nend\n',
		})
		expect(await found(files('by_name'), 'api/door.rb')).toEqual(['ruby/command'])
		expect(await found(files('other'), 'api/door.rb')).toEqual([])
	})
})

describe('what is made in Ruby', () => {
	it('holds what its class reads for it', async () => {
		const code = (body: string) =>
			`class List\n def self.load(input)\n  new(${body})\n end\n def initialize(x)\n  @x = x\n end\n def run = system(@x)\nend\n`
		expect(await found({ 'a.rb': code('input') }, 'a.rb')).toEqual(['ruby/command'])
		expect(await found({ 'a.rb': code("'ls'") }, 'a.rb')).toEqual([])
	})

	it('is a record that has what it was made with', async () => {
		const code = (field: string) =>
			`def f(input)\n cat = owner.cats.create!(title: input, age: 1)\n system(cat.${field})\nend`
		expect(await found({ 'a.rb': code('title') }, 'a.rb')).toEqual(['ruby/command'])
		expect(await found({ 'a.rb': code('age') }, 'a.rb')).toEqual([])
	})

	it('is no data as a whole', async () => {
		const code = 'class Cat < ApplicationRecord\nend\ndef f(input) = system(Cat.new(title: input))'
		expect(await found({ 'a.rb': code }, 'a.rb')).toEqual([])
	})
})

describe('names and values in Ruby', () => {
	it.each([
		['the block of fetch gives', "H = { 'a' => 'b' }.freeze\ndef f(input) = system(H.fetch(input) { \"c #{input}\" })"],
		[
			'a name from the top means',
			'module Cats\n class Run\n  def go(x) = system(x)\n end\nend\nmodule Api\n class Cats\n  def f(input) = ::Cats::Run.new.go(input)\n end\nend',
		],
	])('%s what is followed', async (_, code) => expect(await found({ 'a.rb': code }, 'a.rb')).toEqual(['ruby/command']))

	it('the block of fetch that gives a constant is none', async () => {
		const code = "H = { 'a' => 'b' }.freeze\ndef f(input) = system(H.fetch(input) { 'c' })"
		expect(await found({ 'a.rb': code }, 'a.rb')).toEqual([])
	})

	const shipped = testAnalyzer(shippedRules('ruby'))
	const reading = (prefix: string) =>
		`class FilesController < ApplicationController
  def show
    root = File.expand_path('files')
    path = File.expand_path(File.join(root, params[:name]))
    raise 'no' unless path.start_with?(${prefix})
    File.read(path)
  end
end
`

	it('a folder without a separator at its end is a prefix of others', async () => {
		expect(await found({ 'a.rb': reading('root') }, 'a.rb', shipped)).toEqual(['ruby/path-traversal'])
		expect(await found({ 'a.rb': reading('root + File::SEPARATOR') }, 'a.rb', shipped)).toEqual([])
		expect(await found({ 'a.rb': reading('"#{root}/"') }, 'a.rb', shipped)).toEqual([])
	})

	it("a library's module has what the library has, also where the program says more of it", async () => {
		const code =
			'module Rack\n class Echo\n  def call(env)\n   name = Rack::Request.new(env).params["name"]\n   system("ls #{name}")\n  end\n end\nend\n'
		expect(await found({ 'a.rb': code }, 'a.rb', shipped)).toEqual(['ruby/command-injection'])
	})
})
