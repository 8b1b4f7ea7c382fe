import { expect, it } from 'vitest'
import { testFramework } from '../../../../src/core/chat/testFramework.ts'

it.each([
	['package.json', '{"devDependencies":{"vitest":"4","jest":"29"}}', 'Vitest'],
	['package.json', '{"scripts":{"test":"node --import tsx --test"},"devDependencies":{"tsx":"4"}}', undefined],
	['package.json', '{"scripts":{"test":"node --test"}}', 'the test runner of Node (node:test)'],
	['package.json', '{"dependencies":{"jester":"1"}}', undefined],
	['pyproject.toml', '[tool.pytest.ini_options]', 'pytest'],
	['pom.xml', '<artifactId>junit-jupiter</artifactId>', 'JUnit 5'],
	['pom.xml', '<artifactId>junit</artifactId>', 'JUnit 4'],
	['go.mod', 'module a\nrequire github.com/stretchr/testify v1', "Go's testing package with testify"],
	['composer.json', '{"require-dev":{"phpunit/phpunit":"^10"}}', 'PHPUnit'],
	['Gemfile', 'gem "rspec-rails"', 'RSpec'],
	['Shop.Tests.csproj', '<PackageReference Include="xunit" />', 'xUnit'],
])('%s: %s -> %s', (name, text, expected) => {
	expect(testFramework(name, text)).toBe(expected)
})
