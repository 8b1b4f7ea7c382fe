import { describe, expect, it } from 'vitest'
import { shippedRules, testAnalyzer } from '../../../../analyzeForTest.ts'

type Shipped = Parameters<typeof shippedRules>[0]

async function found(language: Shipped, file: string, code: string): Promise<readonly string[]> {
	const [analyzed] = await testAnalyzer(shippedRules(language))({ [file]: code })
	return (analyzed?.findings ?? []).map((it) => `${it.ruleId} ${it.range.startLine + 1} ${it.confidence}`)
}

const runner = (take: string, run: string): string => `#include <cstdlib>
#include <httplib.h>
class Runner {
public:
	void take(const httplib::Request &request) { ${take} }
	void run() { ${run} }
private:
	std::string line_;
	std::string name_ = "list";
};
`

describe('what a method leaves in a field', () => {
	it.each([
		['C++', 'c', 'a.cpp', runner('line_ = request.get_param_value("line");', 'std::system(line_.c_str());'), 6],
		[
			'C++, by way of the network',
			'c',
			'a.cpp',
			`#include <boost/asio.hpp>
class Session {
	void read() { boost::asio::async_read(socket_, boost::asio::buffer(header_), [this](boost::system::error_code, std::size_t) { run(); }); }
	void run() { std::system(header_.data()); }
	tcp::socket socket_;
	std::array<char, 64> header_{};
};
`,
			4,
		],
		[
			'Java',
			'java',
			'Job.java',
			`import javax.servlet.http.HttpServletRequest;
class Job {
	private String line;
	void take(HttpServletRequest request) { this.line = request.getParameter("line"); }
	void run() throws Exception { Runtime.getRuntime().exec("sh -c " + line); }
}
`,
			5,
		],
		[
			'Python',
			'python',
			'job.py',
			`import os
from flask import request
class Job:
    def take(self):
        self.line = request.args["line"]
    def run(self):
        os.system(self.line)
`,
			7,
		],
	] as const)('is there when another one is called: %s', async (_, language, file, code, line) => {
		const all = await found(language, file, code)
		expect(all.filter((it) => new RegExp(`command-injection ${line} `).test(it))).toHaveLength(1)
	})

	it.each([
		['a constant', runner('line_ = "list";', 'std::system(line_.c_str());')],
		['another field', runner('line_ = request.get_param_value("line");', 'std::system(name_.c_str());')],
		['a number', runner('line_ = std::to_string(std::stoi(request.body));', 'std::system(line_.c_str());')],
		['written anew', runner('line_ = request.body;', 'line_ = "list"; std::system(line_.c_str());')],
	])('is no data of others where it is %s', async (_, code) => {
		expect((await found('c', 'a.cpp', code)).filter((it) => it.startsWith('c/command-injection'))).toEqual([])
	})

	it('is less sure than what reaches a sink by itself', async () => {
		const left = await found('c', 'a.cpp', runner('line_ = request.body;', 'std::system(line_.c_str());'))
		const direct = await found('c', 'a.cpp', runner('std::system(request.body.c_str());', ''))
		expect([left, direct].map((all) => all.map((it) => it.split(' ').at(-1)))).toEqual([['medium'], ['high']])
	})
})
