// The rules of tool/tidy.c, proved by files that break each of them.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'

const program = path.resolve('build/tool/tidy')

function tidy(what, files) {
	const { status, stdout } = spawnSync(program, [what, ...files], { cwd: 'test/tool/tidy', encoding: 'utf8' })
	return { status, lines: stdout.split('\n').filter(Boolean) }
}

const files = ['src/core/canary.c', 'src/store/canary.c', 'src/web/canary.h']
const expected = fs.readFileSync('test/tool/tidy/expected', 'utf8').split('\n').filter(Boolean)

test('finds what breaks a rule, and nothing else', () => {
	const { status, lines } = tidy('all', files)
	assert.equal(status, 1)
	assert.deepEqual(lines, expected)
})

test('before a landing looks at layering and banned functions alone', () => {
	const { status, lines } = tidy('layers', files)
	assert.equal(status, 1)
	assert.ok(lines.length > 5 && lines.length < expected.length)
	assert.ok(lines.every((line) => /include|pure|banned|clock/.test(line)))
})

test('each rule of the table has fired', () => {
	const table = fs.readFileSync('tool/tidy.c', 'utf8')
	const advice = [...table.matchAll(/^\t "([^"\\]+)"\},$/gm)].map((match) => match[1])
	assert.ok(advice.length >= 8)
	for (const text of advice) assert.ok(expected.some((line) => line.endsWith(text)), text)
})

test('is content with an empty list', () => {
	assert.equal(tidy('all', []).status, 0)
})
