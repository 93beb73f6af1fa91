// run-tests.mjs test|test-full [PART]    build and run all, or what has PART
//                                        in its path ("core", "api/inbox")
// run-tests.mjs programs FILE...         run these built C test programs
//
// Ends with one line "N passed, N failed". A skipped test counts as failed when
// CI=true. The whole output of each program is under build/test-logs/.

import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

process.chdir(path.join(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..'))

const [mode, ...rest] = process.argv.slice(2)
const part = mode === 'programs' ? '' : (rest[0] ?? '')
const strict = process.env.CI === 'true'
const logs = 'build/test-logs'
const minute = 60_000
let passed = 0
let failed = 0
const failures = []

const environment = {
	...process.env,
	CMOCKA_MESSAGE_OUTPUT: 'TAP',
	ASAN_OPTIONS: 'strict_string_checks=1:detect_stack_use_after_return=1',
	UBSAN_OPTIONS: 'print_stacktrace=1',
	TSAN_OPTIONS: 'suppressions=test/tsan.supp',
	G_SLICE: 'always-malloc',
	HOLDFAST_SERVERS: path.resolve('build/servers/root'),
	...(mode === 'test-full' ? { HOLDFAST_TEST_FULL: '1' } : {}),
}

// Node groups, in the order in which they are run. Those that compare times or
// drive a browser run the program that is shipped, the others the sanitized one.
const groups = [
	{ name: 'tool', profile: 'release', limit: 5 * minute },
	{ name: 'case', profile: 'san', limit: 5 * minute },
	{ name: 'api', profile: 'san', limit: 5 * minute },
	{ name: 'interop', profile: 'release', limit: 5 * minute, root: true },
	{ name: 'torture', profile: 'release', limit: (mode === 'test-full' ? 60 : 5) * minute, root: true },
	{ name: 'upgrade', profile: 'release', limit: 5 * minute },
	{ name: 'ui', profile: 'release', limit: 10 * minute },
]

function listing(folder, pattern) {
	if (!fs.existsSync(folder)) return []
	return fs.readdirSync(folder, { recursive: true })
		.map((name) => path.join(folder, String(name)))
		.filter((name) => pattern.test(name) && !name.includes('node_modules'))
		.filter((name) => name.includes(part) || part.includes(name))
		.sort()
}

// Runs a command in its own process group; what is left of it afterwards, or
// at the time limit, is ended with it.
function run(command, args, { log, limit = 2 * minute, env = {}, quiet = true } = {}) {
	return new Promise((resolve) => {
		let output = ''
		const child = spawn(command, args, {
			detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...environment, ...env },
		})
		const end = () => { try { process.kill(-child.pid, 'SIGKILL') } catch { /* gone */ } }
		const timer = setTimeout(() => { output += `\n# ended after ${limit / 1000} s\n`; end() }, limit)
		const take = (data) => { output += data; if (!quiet) process.stdout.write(data) }
		child.stdout.on('data', take)
		child.stderr.on('data', take)
		child.on('error', (error) => { output += `\n# ${error.message}\n` })
		child.on('close', (code, signal) => {
			clearTimeout(timer)
			end()
			if (log) {
				fs.mkdirSync(logs, { recursive: true })
				fs.writeFileSync(log, output)
			}
			resolve({ output, code: code ?? -1, signal })
		})
		child.on('exit', () => setTimeout(end, 2000).unref())
	})
}

function add(result) {
	const { group, name, ok, bad, skipped, seconds, names, log, again } = result
	const fails = bad + (strict ? skipped : 0)
	passed += ok
	failed += fails
	const what = [`${ok} ok`]
	if (bad) what.push(`${bad} FAILED`)
	if (skipped) what.push(`${skipped} skipped`)
	console.log(`  ${group.padEnd(8)} ${name.padEnd(34)} ${what.join(', ').padEnd(16)} ${seconds.toFixed(1)} s`)
	if (fails) failures.push({ name, names, log, again })
}

// cmocka and the fuzz replay: "ok 1 - name" lines after a plan; what was
// planned and did not report, died.
function readProgram({ output, code }) {
	let planned = 0
	let ok = 0
	let bad = 0
	let skipped = 0
	const names = []
	for (const line of output.split('\n')) {
		let match
		if ((match = /^1\.\.(\d+)/.exec(line))) planned += Number(match[1])
		else if (/^(not )?ok \d+ # SKIP/.test(line)) skipped++
		else if (/^ok \d+/.test(line)) ok++
		else if ((match = /^not ok \d+ - (.*)/.exec(line))) { bad++; names.push(match[1]) }
	}
	const silent = planned - ok - bad - skipped
	if (silent > 0 || (code !== 0 && bad === 0)) {
		bad += Math.max(silent, 1)
		names.push('died before its end')
	}
	return { ok, bad, skipped, names }
}

function readNode({ output, code }) {
	const sum = (word) => Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(output)?.[1] ?? 0)
	let bad = sum('fail') + sum('cancelled')
	const names = [...output.matchAll(/^\s*not ok \d+ - (.*)$/gm)].map((match) => match[1])
	if (code !== 0 && bad === 0) { bad = 1; names.push('died before its end') }
	return { ok: sum('pass'), bad, skipped: sum('skipped') + sum('todo'), names }
}

async function one(group, name, file, again, start, reader) {
	const log = `${logs}/${group}-${name.replaceAll('/', '-')}.log`
	const began = performance.now()
	const result = fs.existsSync(file)
		? reader(await start(log))
		: { ok: 0, bad: 1, skipped: 0, names: ['did not build'] }
	add({ group, name, log, again, seconds: (performance.now() - began) / 1000, ...result })
}

async function programs(files, env = {}) {
	const waiting = [...files]
	const work = async () => {
		for (let file; (file = waiting.shift());) {
			const [, profile, group, name] = /^build\/([a-z]+)\/test\/([^/]+)\/(.*)$/.exec(file)
			const shown = profile === 'san' ? name : `${name} (${profile})`
			await one(group, shown, file, `make unit P=${profile} T=${group}/${name}`,
				(log) => run(file, [], { log, env }), readProgram)
		}
	}
	await Promise.all(os.cpus().map(work))
}

async function replay() {
	for (const source of listing('test/fuzz', /^test\/fuzz\/fuzz_[^/]*\.c$/)) {
		const target = path.basename(source, '.c').replace(/^fuzz_/, '')
		const file = `build/san/test/fuzz/fuzz_${target}`
		const folders = ['corpus', 'regression'].map((kind) => `test/fuzz/${kind}/${target}`)
			.filter((folder) => fs.existsSync(folder))
		const proof = target === 'canary'
		await one('fuzz', proof ? 'canary (must be caught)' : target, file, `make test T=${source}`,
			(log) => run(file, folders, { log, limit: 5 * minute }),
			(result) => {
				const seen = readProgram(result)
				if (!proof) return seen
				return result.code !== 0 && /AddressSanitizer/.test(result.output) 
					? { ok: 1, bad: 0, skipped: 0, names: [] }
					: { ok: 0, bad: 1, skipped: 0, names: ['the replay did not notice a crash'] }
			})
	}
}

// Only in test-full: each target fuzzed for a minute, and what has threads again
// under ThreadSanitizer.
async function longer() {
	const fuzzers = listing('test/fuzz', /^test\/fuzz\/fuzz_(?!canary)[^/]*\.c$/)
	if (fuzzers.length) await build(['fuzz-programs'], 'fuzz targets')
	for (const source of fuzzers) {
		const target = path.basename(source, '.c').slice(5)
		await one('fuzz', `${target}, a minute`, source, `make fuzz FUZZ_SECONDS=60 T=${target}`,
			(log) => run('tool/run-fuzz', [target], { log, limit: 3 * minute, env: { FUZZ_SECONDS: '60' } }),
			({ code }) => ({ ok: Number(code === 0), bad: Number(code !== 0), skipped: 0, names: [] }))
	}
	const threaded = listing('test/unit', /^test\/unit\/(node|store|desk|web|channel)\/test_[^/]*\.c$/)
	await build(['unit-programs', 'P=tsan', `T=${part.replace(/\.c$/, '')}`], 'tests (thread sanitizer)')
	await programs(threaded.map((file) => `build/tsan/${file.slice(0, -2)}`))
}

async function nodeGroup({ name, profile, limit, root }) {
	const program = path.resolve(`build/${profile}/holdfast`)
	// Postfix can be started, and a small disk mounted, by root only.
	const command = root && process.getuid() !== 0 ? ['sudo', '--preserve-env'] : []
	const [first, ...words] = [...command, process.execPath, '--test-reporter=tap']
	for (const file of listing(`test/${name}`, /\.test\.mjs$/)) {
		await one(name, file.slice(name.length + 6), file, `make test T=${file}`,
			(log) => run(first, [...words, file],
				{ log, limit, env: { HOLDFAST_PROGRAM: program, HOLDFAST_PROFILE: profile } }),
			readNode)
	}
}

async function build(goals, what) {
	console.log(`  build    ${what}`)
	const { code } = await run('make', ['-sk', `-j${os.cpus().length}`, ...goals],
		{ log: `${logs}/build.log`, limit: 30 * minute, quiet: false })
	if (code === 0) return
	// What did not build fails one by one below.
	failed++
	failures.push({ name: `build of ${what}`, names: [], log: `${logs}/build.log`, again: `make ${goals.join(' ')}` })
}

async function contract(files) {
	if (!files.length) return
	const { code, output } = await run('tool/postgres', ['start'], { log: `${logs}/postgres.log` })
	const link = output.trim().split('\n').pop()
	if (code !== 0) console.log(output)
	await programs(files, code === 0 ? { HOLDFAST_TEST_PGSQL: link } : {})
	await run('tool/postgres', ['stop'])
}

async function everything() {
	const compiled = (folder) => listing(folder, /\/test_[^/]*\.c$/)
		.map((file) => `build/san/${file.slice(0, -2)}`)
	const units = compiled('test/unit')
	const contracts = compiled('test/contract')
	const fuzzers = listing('test/fuzz', /^test\/fuzz\/fuzz_[^/]*\.c$/)
	const nodes = groups.filter(({ name }) => listing(`test/${name}`, /\.test\.mjs$/).length)

	fs.rmSync(logs, { recursive: true, force: true })
	await build(['build/tool/tidy', 'unit-programs', `T=${part.replace(/\.c$/, '')}`], 'tests (sanitized)')
	if (fuzzers.length) await build(['replay-programs', `T=${part}`], 'fuzz replay')
	if (nodes.some(({ profile }) => profile === 'san')) await build(['program'], 'program (sanitized)')
	if (nodes.some(({ profile }) => profile === 'release')) await build(['release'], 'program (release)')
	for (const { name } of nodes) {
		if (fs.existsSync(`test/${name}/package.json`)) {
			await run('tool/npm-packages', [`test/${name}`], { log: `${logs}/npm.log`, limit: 10 * minute, quiet: false })
		}
	}

	await programs(units)
	await contract(contracts)
	await replay()
	if (mode === 'test-full') await longer()
	for (const group of nodes) await nodeGroup(group)
}

if (mode === 'programs') {
	await programs(rest.filter((file) => !file.includes('/contract/')))
	await contract(rest.filter((file) => file.includes('/contract/')))
} else await everything()

for (const { name, names, log, again } of failures) {
	console.log(`\nFAILED ${name}: ${names.slice(0, 10).join('; ')}`)
	console.log(`  log: ${log}\n  again: ${again}`)
}
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
