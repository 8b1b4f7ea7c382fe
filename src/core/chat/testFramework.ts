/** Files that name what a project is tested with, the more telling first. */
export const manifestNames = [
	'package.json',
	'pyproject.toml',
	'requirements-dev.txt',
	'setup.cfg',
	'tox.ini',
	'pom.xml',
	'build.gradle.kts',
	'build.gradle',
	'Cargo.toml',
	'go.mod',
	'composer.json',
	'Gemfile',
] as const

/** Of several that are named, the one that stands first here. */
const frameworks: readonly { readonly name: string; readonly in: RegExp; readonly named: RegExp }[] = [
	{ name: 'Vitest', in: /package\.json$/, named: /"vitest"\s*:/ },
	{ name: 'Jest', in: /package\.json$/, named: /"(jest|ts-jest|@jest\/core|react-scripts)"\s*:/ },
	{ name: 'Mocha', in: /package\.json$/, named: /"mocha"\s*:/ },
	{ name: 'Jasmine', in: /package\.json$/, named: /"jasmine(-core)?"\s*:/ },
	{ name: 'AVA', in: /package\.json$/, named: /"ava"\s*:/ },
	{ name: 'the test runner of Node (node:test)', in: /package\.json$/, named: /node (--[\w-]+ )*--test/ },
	{ name: 'pytest', in: /(\.toml|\.txt|\.cfg|\.ini)$/, named: /\bpytest\b/ },
	{ name: 'TestNG', in: /(pom\.xml|gradle(\.kts)?)$/, named: /\btestng\b/ },
	{ name: 'Kotest', in: /gradle(\.kts)?$/, named: /\bio\.kotest\b/ },
	{
		name: 'JUnit 5',
		in: /(pom\.xml|gradle(\.kts)?)$/,
		named: /junit-jupiter|useJUnitPlatform|spring-boot-starter-test/,
	},
	{ name: 'JUnit 4', in: /(pom\.xml|gradle(\.kts)?)$/, named: /\bjunit\b/ },
	{ name: "Rust's own tests (#[test])", in: /Cargo\.toml$/, named: /^\[package\]/m },
	{ name: "Go's testing package with testify", in: /go\.mod$/, named: /stretchr\/testify/ },
	{ name: "Go's testing package", in: /go\.mod$/, named: /^module /m },
	{ name: 'Pest', in: /composer\.json$/, named: /"pestphp\/pest"/ },
	{ name: 'PHPUnit', in: /composer\.json$/, named: /"phpunit\/phpunit"/ },
	{ name: 'RSpec', in: /Gemfile$/, named: /\brspec(-rails)?\b/ },
	{ name: 'Minitest', in: /Gemfile$/, named: /\bminitest\b|\brails\b/ },
	{ name: 'xUnit', in: /\.csproj$/, named: /Include="xunit"/i },
	{ name: 'NUnit', in: /\.csproj$/, named: /Include="NUnit"/i },
	{ name: 'MSTest', in: /\.csproj$/, named: /Include="MSTest/i },
]

/** What a project is tested with, as one of its files names it; undefined where it names nothing that is known. */
export function testFramework(fileName: string, text: string): string | undefined {
	return frameworks.find((one) => one.in.test(fileName) && one.named.test(text))?.name
}
