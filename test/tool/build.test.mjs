// What is built and installed is what we say it is.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import test from 'node:test'

const program = process.env.HOLDFAST_PROGRAM ?? 'build/release/holdfast'
const readelf = (...args) => execFileSync('readelf', ['-W', ...args, program], { encoding: 'utf8' })

test('the program is hardened', () => {
	const header = readelf('-h')
	const dynamic = readelf('-d')
	const segments = readelf('-l')
	assert.match(header, /Type:\s+DYN \(Position-Independent Executable/)
	assert.match(segments, /GNU_RELRO/)
	assert.match(dynamic, /BIND_NOW|Flags:.*NOW/)
	assert.match(segments, /GNU_STACK\s+\S+ \S+ \S+ \S+ \S+ RW /)
	assert.doesNotMatch(dynamic, /TEXTREL|RPATH|RUNPATH/)
	const symbols = readelf('--dyn-syms')
	assert.match(symbols, /__stack_chk_fail/)
	assert.match(symbols, /__\w+_chk/)
})

test('no banned function is linked', () => {
	const banned = new Set(('gets strcpy strcat sprintf vsprintf strtok strncpy atoi atol scanf system popen ' +
		'tmpnam mktemp rand gmtime localtime alloca').split(' '))
	const used = [...readelf('--dyn-syms').matchAll(/ UND (\w+)/g)].map((match) => match[1])
	assert.ok(used.length > 50)
	assert.deepEqual(used.filter((name) => banned.has(name.replace(/^__|_chk$/g, ''))), [])
})

test('the service is in a tight box', (t) => {
	const { status, stdout, stderr } = spawnSync('systemd-analyze',
		['security', '--offline=true', '--threshold=15', 'packaging/holdfast.service'], { encoding: 'utf8' })
	if (status === null) return t.diagnostic('systemd-analyze is not here')
	assert.doesNotMatch(stdout + stderr, /Unknown|ignoring/)
	assert.equal(status, 0, stdout.split('\n').slice(-2).join(''))
})

test('install puts each file in its place', (t) => {
	const root = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-install-'))
	t.after(() => fs.rmSync(root, { recursive: true }))
	execFileSync('make', ['-s', 'install', `DESTDIR=${root}`, 'PREFIX=/opt/desk'])
	const files = fs.readdirSync(path.join(root, 'opt/desk'), { recursive: true }).sort()
	for (const file of ['bin/holdfast', 'lib/systemd/system/holdfast.service', 'share/man/man1/holdfast.1']) {
		assert.ok(files.includes(file), file)
	}
	const unit = fs.readFileSync(path.join(root, 'opt/desk/lib/systemd/system/holdfast.service'), 'utf8')
	assert.match(unit, /^ExecStart=\/opt\/desk\/bin\/holdfast /m)
	assert.ok(fs.existsSync(path.join(root, 'etc/holdfast.conf')))
	assert.match(execFileSync(path.join(root, 'opt/desk/bin/holdfast'), ['help'], { encoding: 'utf8' }), /serve/)
})
