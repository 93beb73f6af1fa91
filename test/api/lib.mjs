// A desk for a test: the real program over a fresh folder on loopback ports,
// and the few ways in that tests use: requests, mail by LMTP, raw sockets, the
// live stream. Nothing here sleeps for a guess: it asks until something holds.

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'

const program = path.resolve(process.env.HOLDFAST_BIN ?? process.env.HOLDFAST_PROGRAM ?? 'build/san/holdfast')
const deadlineMs = 20_000

export const partner = { name: 'Lena Brandt', address: 'lena@studio.example', password: 'correct horse battery' }
export const desk = 'desk@studio.example'

async function freePort() {
	const server = net.createServer()
	server.listen(0, '127.0.0.1')
	await once(server, 'listening')
	const { port } = server.address()
	server.close()
	await once(server, 'close')
	return port
}

// Asks until `look` gives something that is not undefined, null or false.
export async function until(what, look) {
	const end = Date.now() + deadlineMs
	for (;;) {
		const found = await look()
		if (found) return found
		if (Date.now() > end) throw new Error(`never came: ${what}`)
		await new Promise((resolve) => setTimeout(resolve, 20))
	}
}

export const commandId = () => randomBytes(16).toString('hex')

export class Desk {
	// `setup: false` leaves the first run to the test.
	static async start({ setup = true, args = [], folder = null } = {}) {
		const self = new Desk()
		self.folder = folder ?? fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-api-'))
		self.port = await freePort()
		self.lmtp = await freePort()
		self.args = args
		await self.run()
		if (setup) self.partner = await self.firstRun()
		return self
	}

	async run() {
		this.said = ''
		this.process = spawn(program, ['serve', '--data', path.join(this.folder, 'data'), '--http', `127.0.0.1:${this.port}`,
			'--lmtp', `127.0.0.1:${this.lmtp}`, '--sink', path.join(this.folder, 'sink'), ...this.args], { stdio: ['ignore', 'pipe', 'pipe'] })
		for (const stream of [this.process.stdout, this.process.stderr]) stream.on('data', (data) => { this.said += data })
		await until(`the program to listen; it said ${this.said}`, () => {
			if (this.process.exitCode !== null) throw new Error(`the program ended: ${this.said}`)
			return this.said.includes('Open ')
		})
	}

	// Ends the program and proves that it ended well.
	async end() {
		if (this.process.exitCode === null) {
			this.process.kill('SIGTERM')
			const killer = setTimeout(() => this.process.kill('SIGABRT'), deadlineMs)
			await once(this.process, 'exit')
			clearTimeout(killer)
		}
		if (this.process.exitCode !== 0) throw new Error(`the program ended with ${this.process.exitCode ?? this.process.signalCode}: ${this.said}`)
	}

	async stop() {
		await this.end()
		fs.rmSync(this.folder, { recursive: true, force: true })
	}

	get origin() {
		return `http://127.0.0.1:${this.port}`
	}

	visitor() {
		return new Visitor(this)
	}

	async firstRun(more = {}) {
		const visitor = this.visitor()
		const answer = await visitor.post('/api/setup', {
			agency: 'Studio Nord', ...partner, desk_address: desk, zone: 'Europe/Berlin', week: alwaysOpen(), ...more,
		})
		if (answer.status !== 200) throw new Error(`setup: ${answer.status} ${answer.text}`)
		return visitor
	}

	async signIn(address, password) {
		const visitor = this.visitor()
		const answer = await visitor.post('/api/session', { address, password })
		if (answer.status !== 200) throw new Error(`sign-in: ${answer.status} ${answer.text}`)
		return visitor
	}

	// An agent, made by the partner and signed in.
	async agent(name = 'Jonas Weber', address = 'jonas@studio.example') {
		const answer = await this.partner.post('/api/members', { name, address, role: 'agent', password: 'battery staple horse' })
		if (answer.status !== 200) throw new Error(`member: ${answer.status} ${answer.text}`)
		return this.signIn(address, 'battery staple horse')
	}

	// Sends a mail and waits until it is filed; gives the newest ticket row.
	async receive(mail = {}) {
		const before = (await this.partner.get('/api/session')).body.seq
		await deliver(this.lmtp, mail)
		return until('the mail to be filed', async () => {
			const { tickets } = (await this.partner.get('/api/tickets?view=all&limit=200')).body
			return tickets.filter((t) => t.last_in_at !== null).sort((a, b) => b.id - a.id)
				.find((t) => t.subject === (mail.subject ?? 'Where are our files?') && (t.id > before || mail.known))
		})
	}
}

export function alwaysOpen() {
	return Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, [['00:00', '24:00']]]))
}

// One browser: it keeps its cookie and sends what a page of ours would send.
export class Visitor {
	constructor(owner) {
		this.owner = owner
		this.cookie = null
	}

	async ask(method, target, { body, headers = {}, raw = null } = {}) {
		const all = { ...headers }
		if (this.cookie && all.Cookie === undefined) all.Cookie = this.cookie
		if (method !== 'GET' && method !== 'HEAD') {
			if (!('Content-Type' in all)) all['Content-Type'] = 'application/json'
			if (!('Holdfast-Command' in all)) all['Holdfast-Command'] = commandId()
		}
		for (const key of Object.keys(all)) if (all[key] === null) delete all[key]
		const answer = await fetch(this.owner.origin + target, {
			method, headers: all, body: raw ?? (body === undefined ? undefined : JSON.stringify(body)), redirect: 'manual', signal: AbortSignal.timeout(deadlineMs),
		})
		const bytes = Buffer.from(await answer.arrayBuffer())
		const text = bytes.toString('utf8')
		const set = answer.headers.getSetCookie().find((cookie) => cookie.startsWith('holdfast='))
		if (set) this.cookie = set.split(';')[0]
		const json = /json/.test(answer.headers.get('content-type') ?? '')
		return { status: answer.status, headers: answer.headers, bytes, text, body: json && text ? JSON.parse(text) : null }
	}

	get(target, more) {
		return this.ask('GET', target, more)
	}

	post(target, body = {}, more = {}) {
		return this.ask('POST', target, { body, ...more })
	}

	put(target, body, more = {}) {
		return this.ask('PUT', target, { body, ...more })
	}

	patch(target, body, more = {}) {
		return this.ask('PATCH', target, { body, ...more })
	}

	delete(target, more = {}) {
		return this.ask('DELETE', target, { body: {}, ...more })
	}

	stream(target = '/api/stream', headers = {}) {
		return new Stream(this.owner.port, target, { Cookie: this.cookie ?? '', ...headers })
	}
}

// A live stream read as it comes.
export class Stream {
	constructor(port, target, headers) {
		this.events = []
		this.comments = 0
		this.status = null
		this.ended = false
		this.text = ''
		this.stop = new AbortController()
		this.done = this.#read(`http://127.0.0.1:${port}${target}`, headers)
	}

	async #read(url, headers) {
		try {
			const answer = await fetch(url, { headers, signal: this.stop.signal })
			this.status = answer.status
			this.headers = answer.headers
			const decoder = new TextDecoder()
			for await (const piece of answer.body) this.#feed(decoder.decode(piece, { stream: true }))
		} catch (error) {
			if (!this.stop.signal.aborted) this.error = error
		}
		this.ended = true
	}

	#feed(piece) {
		this.text += piece
		for (;;) {
			const end = this.text.indexOf('\n\n')
			if (end < 0) return
			const block = this.text.slice(0, end)
			this.text = this.text.slice(end + 2)
			const event = { id: null, event: 'message', data: '' }
			for (const line of block.split('\n')) {
				if (line.startsWith(':')) this.comments++
				const [, key, value] = /^(id|event|data): (.*)$/.exec(line) ?? []
				if (key) event[key] = key === 'data' ? event.data + value : value
			}
			if (event.data) this.events.push({ ...event, data: JSON.parse(event.data) })
		}
	}

	async open() {
		await until('the stream to open', () => this.status !== null)
		return this
	}

	find(what, test) {
		return until(what, () => this.events.find(test))
	}

	async close() {
		this.stop.abort()
		await this.done
	}
}

// The bytes of a mail; every part can be given.
export function compose({
	from = 'Ana Diaz <ana@greenleaf.example>', to = desk, subject = 'Where are our files?', id = `<${commandId()}@greenleaf.example>`,
	answers = null, text = 'Hello, where are we with the files?', html = null, attachments = [], headers = [],
} = {}) {
	const head = [`From: ${from}`, `To: ${to}`, `Subject: ${subject}`, `Message-ID: ${id}`, `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
		...(answers ? [`In-Reply-To: ${answers}`] : []), ...headers, 'MIME-Version: 1.0']
	const body = html === null ? ['Content-Type: text/plain; charset=utf-8', '', text] : ['Content-Type: text/html; charset=utf-8', '', html]
	if (attachments.length === 0) return [...head, ...body, ''].join('\r\n')
	const parts = [body.join('\r\n'), ...attachments.map((a) => [`Content-Type: ${a.type ?? 'application/octet-stream'}`,
		`Content-Disposition: attachment; ${a.disposition ?? `filename="${a.name ?? 'file.bin'}"`}`, ...(a.cid ? [`Content-ID: <${a.cid}>`] : []),
		'Content-Transfer-Encoding: base64', '', Buffer.from(a.bytes ?? 'x').toString('base64').replace(/(.{76})/g, '$1\r\n')].join('\r\n'))]
	return [...head, 'Content-Type: multipart/mixed; boundary=part', '', ...parts.map((p) => `--part\r\n${p}`), '--part--', ''].join('\r\n')
}

// One mail by LMTP; gives the answer to its recipient.
export async function deliver(port, mail = {}) {
	const socket = net.connect(port, '127.0.0.1')
	const lines = lineReader(socket)
	const say = async (line) => {
		if (line !== null) socket.write(`${line}\r\n`)
		for (;;) {
			const answer = await lines()
			if (answer[3] !== '-') return answer
		}
	}
	await once(socket, 'connect')
	await say(null)
	await say('LHLO test.example')
	await say(`MAIL FROM:<${mail.sender ?? 'ana@greenleaf.example'}>`)
	const accepted = await say(`RCPT TO:<${mail.recipient ?? desk}>`)
	if (!accepted.startsWith('2')) {
		socket.destroy()
		return accepted
	}
	await say('DATA')
	const answer = await say(`${(mail.bytes ?? compose(mail)).replace(/^\./gm, '..')}\r\n.`)
	socket.end('QUIT\r\n')
	if (!answer.startsWith('250')) throw new Error(`the mail was refused: ${answer}`)
	return answer
}

function lineReader(socket) {
	let text = ''
	const waiting = []
	const lines = []
	socket.on('data', (data) => {
		text += data
		for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
			lines.push(text.slice(0, end))
			text = text.slice(end + 2)
		}
		while (waiting.length > 0 && lines.length > 0) waiting.shift().resolve(lines.shift())
	})
	socket.on('close', () => waiting.splice(0).forEach((w) => w.reject(new Error('the connection closed'))))
	return () => lines.length > 0 ? Promise.resolve(lines.shift()) : new Promise((resolve, reject) => waiting.push({ resolve, reject }))
}

// Bytes as they are on a connection of its own; gives all that comes back.
export async function rawRequest(port, bytes, { waitMs = 10_000 } = {}) {
	const socket = net.connect(port, '127.0.0.1')
	let text = ''
	socket.on('error', () => {})
	socket.on('data', (data) => { text += data.toString('latin1') })
	await once(socket, 'connect')
	socket.write(bytes)
	await Promise.race([once(socket, 'close'), new Promise((resolve) => setTimeout(resolve, waitMs)),
		until('an answer', () => /\r\n\r\n/.test(text) || socket.destroyed)])
	await new Promise((resolve) => setTimeout(resolve, 50))
	socket.destroy()
	return { text, status: Number(/^HTTP\/1\.[01] (\d+)/.exec(text)?.[1] ?? 0), answers: (text.match(/^HTTP\/1\.1 /gm) ?? []).length }
}
