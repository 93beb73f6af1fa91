// What tool/embed.c writes is C that compiles and holds the files byte for byte.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import test from 'node:test'
import zlib from 'node:zlib'

const embed = path.resolve('build/tool/embed')

const reader = `
#include <stdio.h>
#include "base/asset.h"
int main(void)
{
	for (size_t i = 0; i < assets_ui_count; i++) {
		const struct asset *a = &assets_ui[i];
		printf("%s|%s|%d|%s|", a->path, a->type, a->gzip, a->etag);
		for (size_t j = 0; j <= a->length; j++)
			printf("%02x", a->bytes[j]);
		printf("\\n");
	}
	return 0;
}
`

function build(t, files) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-embed-'))
	t.after(() => fs.rmSync(folder, { recursive: true }))
	const root = path.join(folder, 'dist')
	const names = Object.keys(files).map((name) => path.join(root, name))
	fs.mkdirSync(path.join(root, 'assets'), { recursive: true })
	for (const [name, bytes] of Object.entries(files)) fs.writeFileSync(path.join(root, name), bytes)
	const run = (order) => {
		const out = path.join(folder, 'out.c')
		execFileSync(embed, ['-z', 'ui', root, out, ...order])
		return fs.readFileSync(out, 'utf8')
	}
	const text = run(names)
	assert.equal(run(names.reverse()), text, 'the order of arguments does not matter')
	fs.writeFileSync(path.join(folder, 'read.c'), reader)
	execFileSync('gcc', ['-std=c17', '-Wall', '-Werror', '-Isrc', '-o', `${folder}/read`, `${folder}/out.c`, `${folder}/read.c`])
	return execFileSync(`${folder}/read`, { encoding: 'utf8', maxBuffer: 1 << 26 }).split('\n').filter(Boolean)
		.map((line) => line.split('|'))
}

test('files come back as they were, packed where that helps', (t) => {
	const noise = Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * i * 7919 + (i >> 3) * 104729) % 251))
	const files = {
		'index.html': Buffer.from('<p>hello</p>\n'.repeat(100)),
		'assets/font.woff2': noise,
		'assets/empty.js': Buffer.alloc(0),
	}
	const rows = build(t, files)
	assert.deepEqual(rows.map(([name]) => name), ['assets/empty.js', 'assets/font.woff2', 'index.html'])
	assert.deepEqual(rows.map(([, type]) => type), ['text/javascript; charset=utf-8', 'font/woff2', 'text/html; charset=utf-8'])
	for (const [name, , gzip, etag, hex] of rows) {
		const stored = Buffer.from(hex, 'hex')
		assert.equal(stored.at(-1), 0, 'a NUL follows')
		const bytes = stored.subarray(0, -1)
		assert.deepEqual(gzip === '1' ? zlib.gunzipSync(bytes) : bytes, files[name])
		assert.match(etag, /^"[0-9a-f]{24}"$/)
	}
	assert.equal(rows[2][2], '1')
	assert.equal(new Set(rows.map((row) => row[3])).size, 3)
})

test('no files give an empty table', (t) => {
	assert.deepEqual(build(t, {}), [])
})
