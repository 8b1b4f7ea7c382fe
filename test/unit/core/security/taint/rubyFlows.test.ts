import { describe, expect, it } from 'vitest'
import type { RuleFile } from '../../../../../src/core/security/rules/ruleTypes.ts'
import { testAnalyzer } from '../../../../analyzeForTest.ts'
import { taintRules } from './taintRules.ts'

const analyze = testAnalyzer(taintRules)

async function findings(code: string, more: Record<string, string> = {}, file = 'a.rb') {
	const [analyzed] = await analyze({ [file]: code, ...more }, [file])
	return analyzed?.findings ?? []
}

describe('data that reaches a sink in Ruby', () => {
	it.each([
		['through a variable', 'def f(input)\n a = input\n system(a)\nend'],
		['through interpolation', 'def f(input) = system("ls #{input}")'],
		['through a here document', 'def f(input)\n system(<<~SH)\n  ls #{input}\n SH\nend'],
		['through <<', "def f(input)\n c = +'ls '\n c << input\n system(c)\nend"],
		[
			'through the value of the last expression',
			'def g(x)\n if x then x.strip else nil end\nend\ndef f(input) = system(g(input))',
		],
		['through an if that is a value', "def f(input, a)\n x = if a then 'b' else input end\n system(x)\nend"],
		['through a case that is a value', "def f(input, a)\n x = case a when 1 then 'b' else input end\n system(x)\nend"],
		[
			'through begin and rescue',
			"def f(input)\n x = begin\n  input\n rescue StandardError\n  'a'\n end\n system(x)\nend",
		],
		['through several assignments', 'def f(input)\n a, (b, c) = 1, [2, input]\n system(c)\nend'],
		['through a list by its place', "def f(input)\n l = ['a', input]\n system(l[1])\nend"],
		['through a hash by its key', "def f(input)\n h = { a: 'b', c: input }\n system(h[:c])\nend"],
		['through an option', 'def g(a, b: 1) = system(b)\ndef f(input) = g(1, b: input)'],
		['through a hash of options', 'def g(options = {}) = system(options[:b])\ndef f(input) = g(b: input)'],
		['through a rest', 'def g(*rest) = system(rest[1])\ndef f(input) = g(1, input)'],
		['through yield', 'def g(x)\n yield x\nend\ndef f(input)\n g(input) { |it| system(it) }\nend'],
		[
			'through a block that is handed on',
			'def h(x, &block) = block.call(x)\ndef g(x, &b) = h(x, &b)\ndef f(input)\n g(input) { |a| system(a) }\nend',
		],
		['through each', 'def f(input)\n [input].each { |a| system(a) }\nend'],
		['through each of a hash', 'def f(input)\n { a: input }.each { |k, v| system(v) }\nend'],
		['through map and a symbol', 'def f(input)\n system([input].map(&:strip).join)\nend'],
		['through a lambda', 'def f(input)\n run = ->(x) { system(x) }\n run.(input)\nend'],
		[
			'through a block that assigns',
			"def f(input)\n x = 'a'\n [1].each_slice(1) { x = input }\n 3.times { x = input }\n system(x)\nend",
		],
		['through send', 'class A\n def g(x) = system(x)\n def f(input) = send(:g, input)\nend'],
		[
			'through an instance variable',
			'class A\n def initialize(x)\n  @x = x\n end\n def run = system(@x)\nend\ndef f(input) = A.new(input).run',
		],
		[
			'through an attribute',
			'class A\n attr_accessor :x\nend\ndef f(input)\n a = A.new\n a.x = input\n system(a.x)\nend',
		],
		['through a struct', "P = Struct.new(:a, :b)\ndef f(input)\n p = P.new('a', input)\n system(p.b)\nend"],
		['through a mixin', 'module M\n def run(x) = system(x)\nend\nclass A\n include M\n def f(input) = run(input)\nend'],
		[
			'through super',
			'class A\n def g(x) = system(x)\nend\nclass B < A\n def g(x)\n  super\n end\nend\ndef f(input) = B.new.g(input)',
		],
		[
			'through a method of the class',
			'class A\n class << self\n  def g(x) = system(x)\n end\n def f(input) = A.g(input)\nend',
		],
		[
			'through a class of a module',
			'module M\n class A\n  def self.g(x) = system(x)\n end\nend\ndef f(input) = M::A.g(input)',
		],
		['through pattern matching', 'def f(input)\n case { a: [1, input] }\n in { a: [_, x] }\n  system(x)\n end\nend'],
		['through a global variable', 'def g = system($x)\ndef f(input)\n $x = input\n g\nend'],
		[
			'after before_action',
			'class A < B\n before_action :load\n def show = system(@x)\n def load\n  @x = params[:x]\n end\nend',
		],
		['through a scope', 'class A < B\n scope :named, ->(x) { system(x) }\nend\ndef f(input) = A.named(input)'],
		[
			'through a scope of a lambda in a block',
			'module M\n included do\n  scope :named, lambda { |x| system(x) }\n end\nend\nclass A < B\n include M\nend\ndef f(input) = A.named(input)',
		],
		[
			'through a scope that is asked of a relation',
			'class A < ApplicationRecord\n scope :few, -> { where(a: 1) }\n scope :named, Proc.new { |x| system(x) }\nend\ndef f(input) = A.includes(:b).few.named(input)',
		],
		[
			'through a method of the class that is asked of a relation in another',
			'class A < ApplicationRecord\n def self.named(x) = system(x)\n def self.f(input) = where(a: 1).named(input)\nend',
		],
		['through a helper that a block defines', 'helpers do\n def run(x) = system(x)\nend\ndef f(input) = run(input)'],
		['where the anchors are those of a line', 'def f(input)\n system(input) if input =~ /^[a-z]+$/\nend'],
		[
			'of a field of a class that comes from a library',
			'class A < Lib\n def initialize\n  @a = params[:a]\n end\n def f = system(@a)\nend',
		],
		['through ... with an option', 'def g(a, b: 1) = system(b)\ndef h(...) = g(...)\ndef f(input) = h(1, b: input)'],
		[
			'through ... with a block',
			'def g(x)\n yield x\nend\ndef h(...) = g(...)\ndef f(input)\n h(input) { |it| system(it) }\nend',
		],
		['through nameless * and **', 'def g(a, b: 1) = system(b)\ndef h(*, **) = g(*, **)\ndef f(input) = h(1, b: input)'],
		[
			'through a hash of lists that flat_map joins',
			"def f(input)\n system({ a: input }.flat_map { |k, v| [k, v] }.join(' '))\nend",
		],
		['through lists in a list that are joined', "def f(input) = system(['a', ['b', input]].join(' '))"],
		['where a hash has no such key', "H = { 'a' => 'b' }.freeze\ndef f(input) = system(H[input] || input)"],
		['through tap', 'def f(input)\n input.tap { |it| system(it) }\nend'],
		['through then', 'def f(input) = system(input.then { |it| "ls #{it}" })'],
		['under a key that is a variable', "def f(input)\n k = gets\n h = { k => input }\n system(h['a'])\nend"],
		[
			'through define_method of each name',
			'class A\n %w[a b].each { |n| define_method(n) { |input| system(input) } }\nend',
		],
	])('%s', async (_, code) => expect(await findings(code)).toHaveLength(1))

	it('through another file', async () => {
		const lib = 'module Tools\n def self.run(x)\n  system(x)\n end\nend\n'
		expect(
			await findings("require_relative 'lib/tools'\ndef f(input) = Tools.run(input)", { 'lib/tools.rb': lib }),
		).toHaveLength(1)
	})

	it('into a model that Rails finds by its name', async () => {
		const model = 'class CatToy < Base\n def self.play(x) = system(x)\nend\n'
		const code = 'class CatsController < Base\n def show = CatToy.play(params[:x])\nend\n'
		const files = { 'app/models/cat_toy.rb': model }
		expect(await findings(code, files, 'app/controllers/cats_controller.rb')).toHaveLength(1)
	})

	it('from a controller into its template', async () => {
		const controller = 'class CatsController < Base\n def show\n  @name = params[:name]\n end\nend\n'
		const files = { 'app/controllers/cats_controller.rb': controller }
		const found = await findings(
			"<p>\n<% system(@name) %>\n<%= system('a') %>\n",
			files,
			'app/views/cats/show.html.erb',
		)
		expect(found).toHaveLength(1)
		expect(found[0]?.range).toMatchObject({ startLine: 1, startCharacter: 10, endCharacter: 15 })
		expect(found[0]?.path.map((it) => it.file)).toContain('app/controllers/cats_controller.rb')
	})

	it('from a controller into a helper', async () => {
		const helper = 'module CatsHelper\n def tag(x) = system(x)\nend\n'
		const code = 'class CatsController < Base\n def show = helpers.tag(params[:x])\nend\n'
		const files = { 'app/helpers/cats_helper.rb': helper }
		expect(await findings(code, files, 'app/controllers/cats_controller.rb')).toHaveLength(1)
	})

	it('from a template into a helper', async () => {
		const files = { 'app/helpers/cats_helper.rb': 'module CatsHelper\n def mark(x) = system(x)\nend\n' }
		expect(await findings('<%= mark(params[:x]) %>', files, 'app/views/cats/index.html.erb')).toHaveLength(1)
	})

	it('of a record that a template hands to a helper', async () => {
		const stored: RuleFile = {
			language: 'ruby',
			sources: [{ label: 'database', kind: 'stored', call: '*.find().title' }],
			rules: (taintRules.find((it) => it.language === 'ruby')?.rules ?? []).map((it) => ({
				...it,
				sources: ['stored'],
			})),
		}
		const template = 'app/views/cats/index.html.erb'
		const helper = 'module CatsHelper\n def mark(cat) = system(cat.title)\nend\n'
		const files = { [template]: '<%= mark(owner.cats.find(1)) %>', 'app/helpers/cats_helper.rb': helper }
		const [analyzed] = await testAnalyzer([stored])(files, [template])
		const [found] = analyzed?.findings ?? []
		expect(found?.path.map((it) => it.file)).toEqual([template, found?.file, found?.file])
	})

	it('through the session, from one action into another', async () => {
		const put = ' def new\n  session[:to] = params[:to] || "a"\n end\n'
		const controller = (read: string) => `class A < Base\n${put} def create = system(${read})\nend\n`
		for (const read of ['session[:to]', 'session.delete(:to)', 'session.fetch(:to, "b")'])
			expect(await findings(controller(read))).toHaveLength(1)
		expect(await findings(controller('session[:user]'))).toEqual([])
	})

	it.each([
		['Mend.perform_later(params[:x])', 'def perform(x) = system(x)'],
		['Mend.set(wait: 5).perform_later(params[:x])', 'def perform(x) = system(x)'],
		['Mend.perform_in(60, params[:x])', 'def perform(x) = system(x)'],
		['Resque.enqueue(Mend, params[:x])', 'def self.perform(x) = system(x)'],
		['Mend.enqueue(params[:x])', 'def run(x) = system(x)'],
		['Mend.welcome(params[:x]).deliver_later', 'def welcome(x) = system(x)'],
	])('through a queue of jobs or mail: %s', async (call, method) => {
		const files = { 'app/jobs/mend.rb': `class Mend < ActionMailer::Base\n ${method}\nend\n` }
		const code = `class CatsController < Base\n def show = ${call}\nend\n`
		expect(await findings(code, files, 'app/controllers/cats_controller.rb')).toHaveLength(1)
	})

	it('into what the container of an application gives', async () => {
		const mailer = 'module Shop\n module Mails\n  class CatMail\n   def out(x) = system(x)\n  end\n end\nend\n'
		const action = (deps: string, name: string) =>
			`module Shop\n class Show\n  include Deps[${deps}]\n  def handle(input) = ${name}.out(input)\n end\nend\n`
		for (const file of ['app/mails/cat_mail.rb', 'lib/shop/mails/cat_mail.rb'])
			for (const [deps, name] of [
				['"mails.cat_mail"', 'cat_mail'],
				['post: "mails.cat_mail"', 'post'],
			] as const)
				expect(await findings(action(deps, name), { [file]: mailer }, 'app/actions/show.rb')).toHaveLength(1)
	})

	it('through a parameter that not every declaration bounds', async () => {
		const code =
			'params do\n requires :a, type: Integer\nend\nparams do\n requires :a, type: String\nend\nsystem(params[:a])\n'
		expect(await findings(code)).toHaveLength(1)
	})

	it('through a setting of the application', async () => {
		const store = 'class S\n def run(x) = system(x)\nend\n'
		const code = "require_relative 's'\nset :store, S.new\ndef f(input) = settings.store.run(input)\n"
		expect(await findings(code, { 's.rb': store })).toHaveLength(1)
	})

	it('from a template into a part of it', async () => {
		const files = { 'app/views/cats/_row.html.erb': '<% system(name) %>' }
		const code = "<%= render 'row', name: params[:name] %>"
		expect(await findings(code, files, 'app/views/cats/index.html.erb')).toHaveLength(1)
	})
})

describe('data that does not reach a sink in Ruby', () => {
	it.each([
		[
			'through a scope of another model',
			'class A < ApplicationRecord\n scope :named, ->(x) { where(a: x) }\nend\nclass B < ApplicationRecord\n scope :named, ->(x) { system(x) }\nend\ndef f(input) = A.includes(:b).named(input)',
		],
		[
			'through a method of the class that a record has not',
			'class A < ApplicationRecord\n def self.named(x) = system(x)\nend\ndef f(input) = A.includes(:b).first.named(input)',
		],
		['a sanitizer is on its way', 'def f(input) = system(Lib.clean(input))'],
		['it is overwritten', "def f(input)\n x = input\n x = 'ls'\n system(x)\nend"],
		['another key is used', "def f(input)\n h = { a: input, b: 'ls' }\n system(h[:b])\nend"],
		[
			'another attribute is used',
			"class A\n attr_accessor :x, :y\nend\ndef f(input)\n a = A.new\n a.x = input\n a.y = 'ls'\n system(a.y)\nend",
		],
		['it is compared with a constant', "def f(input)\n return unless input == 'ls'\n system(input)\nend"],
		[
			'it is one of a list',
			'A = %w[a b].freeze\ndef f(input)\n raise ArgumentError unless A.include?(input)\n system(input)\nend',
		],
		['it is one of the cases', "def f(input)\n case input\n when 'a', 'b' then system(input)\n end\nend"],
		['it fits an expression', 'def f(input)\n system(input) if input.match?(/\\A[a-z]+\\z/)\nend'],
		['a case tries an expression', 'def f(input)\n case input\n when /\\A\\d+\\z/ then system(input)\n end\nend'],
		[
			'a helper raises',
			"def check(x)\n raise 'no' unless x =~ /\\A\\w+\\z/\nend\ndef f(input)\n check(input)\n system(input)\nend",
		],
		['the variable of the block hides it', "def f(input)\n ['a'].each_slice(1) { |input2| system('a') }\nend"],
		[
			'another option is handed on',
			"def g(a: 1, b: 2) = system(b)\ndef h(...) = g(...)\ndef f(input) = h(a: input, b: 'ls')",
		],
		[
			'a hash without such a key has another value',
			"H = { 'a' => 'b' }.freeze\ndef f(input) = system(H[input] || 'ls')",
		],
		['only whether it is there is used', 'def f(input) = system(input.empty?.to_s)'],
		['the method before leaves', "def f(input)\n return system('a') || 1\n system(input)\nend"],
		[
			'before_action is for another action',
			'class A < B\n before_action :load, only: [:edit]\n def show = system(@x)\n def load\n  @x = params[:x]\n end\nend',
		],
		[
			'of a parameter that is declared to be a number',
			'params do\n requires :a,\n  desc: "b",\n  type: Integer\n optional :c, values: %w[d e]\nend\nsystem(params[:a])\nsystem(params.fetch(:c))',
		],
		[
			'of a parameter that a schema declares to be a date',
			'params do\n required(:a).filled(:date)\nend\ndef f = system(params[:a])',
		],
	])('%s', async (_, code) => expect(await findings(code)).toEqual([]))
})
