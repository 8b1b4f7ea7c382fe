import { describe, expect, it } from 'vitest'
import { declaredVersions } from '../../../../src/core/security/libraries/declaredVersions.ts'

const cases: readonly (readonly [name: string, text: string, expected: readonly (readonly [string, string])[]])[] = [
	[
		'package.json',
		'{"dependencies":{"express":"^4.18.2"},"devDependencies":{"a":"workspace:*","b":1},"peerDependencies":null}',
		[
			['express', '^4.18.2'],
			['a', 'workspace:*'],
		],
	],
	['package.json', '{"dependencies":', []],
	['package.json', 'null', []],
	['composer.json', '{"require":{"twig/twig":"~3.0"}}', [['twig/twig', '~3.0']]],
	[
		'requirements.txt',
		'# x\nPyYAML==5.4.1\nrequests[socks]>=2.31 ; python_version > "3"\nflask\njinja2~=3.1\n',
		[
			['pyyaml', '5.4.1'],
			['requests', '>=2.31'],
			['jinja2', '3.1'],
		],
	],
	[
		'pyproject.toml',
		'[project]\nversion = "1.0"\ndependencies = ["django>=4.2,<5", "lxml"]\n[tool.poetry.dependencies]\nflask = "^2.0"\n',
		[
			['django', '>=4.2'],
			['version', '1.0'],
			['flask', '^2.0'],
		],
	],
	[
		'Gemfile.lock',
		'GEM\n  specs:\n    rails (7.0.4)\n      actionpack (= 7.0.4)\n    oj (3.14)\n',
		[
			['rails', '7.0.4'],
			['oj', '3.14'],
		],
	],
	[
		'pom.xml',
		`<project><properties><yaml.version>1.33</yaml.version></properties><dependencies>
			<dependency><groupId>org.yaml</groupId><artifactId>snakeyaml</artifactId><version>\${yaml.version}</version></dependency>
			<dependency><artifactId>jackson-databind</artifactId></dependency>
			<dependency><artifactId>gson</artifactId><version>2.10.1</version></dependency></dependencies></project>`,
		[
			['snakeyaml', '1.33'],
			['gson', '2.10.1'],
		],
	],
	['build.gradle', "implementation 'org.yaml:snakeyaml:2.2'", [['snakeyaml', '2.2']]],
	['go.mod', 'module a\nrequire (\n\tgithub.com/gin-gonic/gin v1.9.1\n)\n', [['github.com/gin-gonic/gin', '1.9.1']]],
	['Shop.csproj', '<PackageReference Include="Newtonsoft.Json" Version="13.0.1" />', [['newtonsoft.json', '13.0.1']]],
	['Cargo.toml', 'serde = "1"', []],
]

describe('what a manifest says of versions', () => {
	it.each(cases)('%s: %s', (name, text, expected) => {
		expect(declaredVersions(name, text)).toEqual(expected)
	})
})
