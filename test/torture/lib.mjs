// What the torture tests share: a desk that is killed and started again over
// one folder, mail by LMTP as a mail server sends it (what got no answer is
// sent again), commands as a browser sends them (what got no answer is asked
// again under its id), and looks into the workspace file.

import { execFile, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

export const program = path.resolve(process.env.HOLDFAST_PROGRAM ?? 'build/release/holdfast')
export const full = process.env.HOLDFAST_TEST_FULL === '1'

// Long enough for a machine that does much else; nothing waits for all of it.
const patience = 90_000

export const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms) })

// The promise's answer, or undefined when it takes too long.
export function within(ms, promise) {
	let timer
	const late = new Promise((resolve) => { timer = setTimeout(resolve, ms) })
	return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

// Asks until `look` gives something true.
export async function until(what, look, limit = patience) {
	const end = Date.now() + limit
	for (;;) {
		const found = await look()
		if (found) return found
		if (Date.now() > end) throw new Error(`never came: ${what}`)
		await sleep(20)
	}
}

// Numbers from 0 to 1 by a seed (mulberry32).
export function dice(seed) {
	let state = seed >>> 0
	const roll = () => {
		state = (state + 0x6d2b79f5) >>> 0
		let t = Math.imul(state ^ (state >>> 15), state | 1)
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296
	}
	roll.below = (limit) => Math.floor(roll() * limit)
	roll.of = (list) => list[roll.below(list.length)]
	return roll
}

// TORTURE_SEED repeats a run that failed.
export function newSeed() {
	return Number(process.env.TORTURE_SEED ?? randomBytes(4).readUInt32LE())
}

export async function freePort() {
	const server = net.createServer()
	server.listen(0, '127.0.0.1')
	await once(server, 'listening')
	const { port } = server.address()
	server.close()
	await once(server, 'close')
	return port
}

// One of our commands, to its end: { code, out }.
export function holdfast(...words) {
	const { status, signal, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8', timeout: 2 * patience })
	return { code: status ?? signal, out: stdout + stderr }
}

export function check(data) {
	const { code, out } = holdfast('check', '--data', data)
	if (code !== 0) throw new Error(`check: ${code}: ${out}`)
	return out
}

// The rows of a question to the workspace file.
export async function rows(data, question) {
	const { stdout } = await promisify(execFile)('sqlite3',
		['-readonly', '-json', '-cmd', '.timeout 20000', path.join(data, 'workspace.db'), question], { maxBuffer: 1 << 28 })
	return stdout.trim() === '' ? [] : JSON.parse(stdout)
}

// The files below a folder that hold one of the words, in any case.
export function filesWith(folder, words) {
	const found = []
	for (const name of fs.readdirSync(folder, { recursive: true })) {
		const file = path.join(folder, String(name))
		if (!fs.statSync(file).isFile()) continue
		const text = fs.readFileSync(file).toString('latin1').toLowerCase()
		for (const word of words) if (text.includes(word.toLowerCase())) found.push(`${word} in ${name}`)
	}
	return found
}

function children(pid) {
	try { return fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number) }
	catch { return [] }
}

// The environment of a program whose clock is ahead; see late.c.
export function late(seconds) {
	library ??= lateLibrary()
	return { LD_PRELOAD: library, LATE_SECONDS: String(seconds), ASAN_OPTIONS: 'verify_asan_link_order=0' }
}

let library = null

function lateLibrary() {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-late-'))
	const file = path.join(folder, 'late.so')
	process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }))
	const made = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-Wall', '-Wextra', '-Werror', '-o', file, 'test/torture/late.c'], { encoding: 'utf8' })
	if (made.status !== 0) throw new Error(`late.c: ${made.stderr}`)
	return file
}

const week = Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, [['00:00', '24:00']]]))

export const deskAddress = 'desk@studio.example'
export const partner = { name: 'Lena Brandt', address: 'lena@studio.example', password: 'correct horse battery' }

export class Desk {
	// A folder and ports, and nothing in them. `data` may be given, such as a
	// small disk.
	static async plan({ data = null } = {}) {
		const desk = new Desk()
		desk.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-torture-'))
		desk.data = data ?? path.join(desk.folder, 'data')
		desk.sink = path.join(desk.folder, 'sink')
		desk.port = await freePort()
		desk.lmtp = await freePort()
		desk.said = ''
		return desk
	}

	// One that runs, with an agency in it.
	static async make({ data = null, undo = 0, ...options } = {}) {
		const desk = await Desk.plan({ data })
		await desk.start(options)
		await desk.setUp()
		await desk.setUndo(undo)
		return desk
	}

	// The first run, or a sign-in where that is over.
	async setUp() {
		const first = await this.ask('POST', '/api/setup', {
			agency: 'Studio Nord', ...partner, desk_address: deskAddress, zone: 'Europe/Berlin', week,
		})
		const { member } = first.status === 200 ? first.body
			: await this.must('POST', '/api/session', { address: partner.address, password: partner.password })
		this.member = member.id
	}

	setUndo(seconds) {
		return this.must('PUT', '/api/settings/agency', { name: 'Studio Nord', zone: 'Europe/Berlin', undo_seconds: seconds })
	}

	// Starts the program without waiting for it. `before` is put in front of
	// its command line, such as a tracer.
	launch({ env = {}, before = [] } = {}) {
		const words = [...before, program, 'serve', '--data', this.data, '--http', `127.0.0.1:${this.port}`,
			'--lmtp', `127.0.0.1:${this.lmtp}`, '--sink', this.sink]
		this.process = spawn(words[0], words.slice(1), { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
		for (const stream of [this.process.stdout, this.process.stderr]) {
			stream.on('data', (data) => { this.said = (this.said + data).slice(-20_000) })
		}
		this.gone = once(this.process, 'exit').then(([code, signal]) => ({ code, signal }))
		return this.process
	}

	get running() {
		return this.process.exitCode === null && this.process.signalCode === null
	}

	async start(options) {
		this.launch(options)
		await this.answers()
	}

	// Until it answers; an end of the program before that is an error.
	async answers() {
		await until(`an answer of the desk, which said ${this.said}`, async () => {
			if (!this.running) throw new Error(`the desk ended (${this.process.exitCode ?? this.process.signalCode}): ${this.said}`)
			return fetch(`http://127.0.0.1:${this.port}/api/setup`, { signal: AbortSignal.timeout(5000) }).then(() => true, () => false)
		})
	}

	async kill(pid = this.process.pid) {
		try { process.kill(pid, 'SIGKILL') } catch { return } // it was faster
		if (pid === this.process.pid) await this.gone
	}

	async stop() {
		this.process.kill('SIGTERM')
		const timer = setTimeout(() => this.process.kill('SIGABRT'), patience)
		const end = await this.gone
		clearTimeout(timer)
		if (end.code !== 0) throw new Error(`the desk ended with ${end.code ?? end.signal}: ${this.said}`)
	}

	async remove() {
		if (this.process && this.running) await this.kill()
		fs.rmSync(this.folder, { recursive: true, force: true })
	}

	// { status, body }; throws when there is no answer.
	async ask(method, target, body, command = randomBytes(16).toString('hex')) {
		const headers = { ...(this.cookie ? { Cookie: this.cookie } : {}) }
		if (method !== 'GET') Object.assign(headers, { 'Content-Type': 'application/json', 'Holdfast-Command': command })
		const answer = await fetch(`http://127.0.0.1:${this.port}${target}`, {
			method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal: AbortSignal.timeout(patience),
		})
		const text = await answer.text()
		const set = answer.headers.get('set-cookie')
		if (set) this.cookie = set.split(';')[0]
		const json = /json/.test(answer.headers.get('content-type') ?? '')
		return { status: answer.status, type: answer.headers.get('content-type'), body: json && text ? JSON.parse(text) : text }
	}

	async must(method, target, body, command) {
		const { status, body: answer } = await this.ask(method, target, body, command)
		if (status >= 300) throw new Error(`${method} ${target}: ${status} ${JSON.stringify(answer)}`)
		return answer
	}

	get(target) {
		return this.must('GET', target)
	}

	post(target, body = {}, command) {
		return this.must('POST', target, body, command)
	}

	// Every ticket's row, whatever its state.
	async tickets() {
		const all = []
		for (let after = ''; after !== null;) {
			const page = await this.get(`/api/tickets?view=all&limit=100${after && `&after=${encodeURIComponent(after)}`}`)
			all.push(...page.tickets)
			after = page.next
		}
		return all
	}

	ticket(subject) {
		return until(`the ticket "${subject}"`, async () => (await this.tickets()).find((row) => row.subject === subject))
	}

	// The program below a tracer.
	traced() {
		return children(this.process.pid)[0]
	}

	// The zygote and the parsers, which are its children.
	jail() {
		const [zygote] = children(this.process.pid)
		return { zygote, workers: zygote ? children(zygote) : [] }
	}

	// The mails in the sink.
	sent() {
		const folder = path.join(this.sink, 'new')
		return fs.readdirSync(folder).filter((name) => name.endsWith('.eml')).sort()
			.map((name) => fs.readFileSync(path.join(folder, name), 'latin1'))
	}
}

// A mail as its bytes.
export function compose({ from, to = deskAddress, cc = null, subject, id, answers = null, text, attachment = null }) {
	const head = [`From: ${from}`, `To: ${to}`, ...(cc ? [`Cc: ${cc}`] : []), `Subject: ${subject}`, `Message-ID: <${id}>`,
		'Date: Tue, 10 Nov 2026 09:00:00 +0100', ...(answers ? [`In-Reply-To: <${answers}>`] : []), 'MIME-Version: 1.0']
	if (!attachment) return [...head, 'Content-Type: text/plain; charset=utf-8', '', text, ''].join('\r\n')
	return [...head, 'Content-Type: multipart/mixed; boundary=part', '',
		'--part', 'Content-Type: text/plain; charset=utf-8', '', text,
		'--part', `Content-Type: application/octet-stream; name="${attachment.name}"`,
		`Content-Disposition: attachment; filename="${attachment.name}"`, 'Content-Transfer-Encoding: base64', '',
		Buffer.from(attachment.bytes).toString('base64').replace(/(.{76})/g, '$1\r\n'), '--part--', ''].join('\r\n')
}

// One connection of a mail server. send() gives the answer to the mail, such
// as "250 ...", or null when the connection ended first.
export class Feeder {
	constructor(port) {
		this.socket = net.connect(port, '127.0.0.1')
		this.socket.setNoDelay(true)
		this.text = ''
		this.ended = false
		this.waiting = null
		this.greeted = false
		this.socket.on('data', (data) => { this.text += data.toString('latin1'); this.#look() })
		this.socket.on('error', () => {})
		this.socket.on('close', () => { this.ended = true; this.#look() })
		this.socket.setTimeout(patience, () => this.socket.destroy())
	}

	#look() {
		if (!this.waiting) return
		const match = /^(?:\d{3}-[^\n]*\n)*(\d{3} [^\r\n]*)\r?\n/.exec(this.text)
		if (!match && !this.ended) return
		const resolve = this.waiting
		this.waiting = null
		if (match) this.text = this.text.slice(match[0].length)
		resolve(match ? match[1] : null)
	}

	#answer() {
		return new Promise((resolve) => { this.waiting = resolve; this.#look() })
	}

	#say(line) {
		if (!this.ended) this.socket.write(line)
		return this.#answer()
	}

	async send(raw, from, to = deskAddress) {
		if (!this.greeted) {
			if (!await this.#answer() || !await this.#say('LHLO mx.client.example\r\n')) return null
			this.greeted = true
		}
		const stuffed = `${raw.replace(/^\./gm, '..')}\r\n.\r\n`
		const steps = [`MAIL FROM:<${from}>\r\n`, `RCPT TO:<${to}>\r\n`, 'DATA\r\n', stuffed]
		for (const [i, step] of steps.entries()) {
			const answer = await this.#say(step)
			if (!answer || i === steps.length - 1) return answer
			if (!/^[23]/.test(answer)) {
				await this.#say('RSET\r\n')
				return answer
			}
		}
		return null
	}

	close() {
		this.socket.destroy()
	}
}

// One mail by a connection of its own.
export async function deliver(port, raw, from, to) {
	const feeder = new Feeder(port)
	const answer = await feeder.send(raw, from, to)
	feeder.close()
	return answer
}
