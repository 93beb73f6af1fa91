// What the abuse cases need beside lib.mjs: LMTP byte by byte, mails whose
// every header is given, and the sink where outgoing mail lands.

import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { commandId, deliver, desk as deskAddress, until } from './lib.mjs'

// A mail from header lines and a body; nothing is added but the end of lines.
export function rawMail(headers, body = 'Hello, where are we?') {
	return [...headers, '', body, ''].join('\r\n')
}

// The header lines that most cases leave as they are.
export function head({ from = 'Ana Diaz <ana@greenleaf.example>', subject = 'Files', id = `<${commandId()}@greenleaf.example>`, more = [] } = {}) {
	return [...(from === null ? [] : [`From: ${from}`]), `To: ${deskAddress}`, `Subject: ${subject}`, ...(id === null ? [] : [`Message-ID: ${id}`]), ...more]
}

// One LMTP conversation under the test's control.
export class Lmtp {
	static async open(port) {
		const self = new Lmtp()
		self.text = ''
		self.closed = false
		self.socket = net.connect(port, '127.0.0.1')
		self.socket.on('data', (data) => { self.text += data.toString('latin1') })
		self.socket.on('close', () => { self.closed = true })
		self.socket.on('error', () => {})
		await once(self.socket, 'connect')
		await self.lines(1)
		return self
	}

	// The final lines of the answers so far, once there are `count` of them.
	async lines(count) {
		const done = () => this.text.split('\r\n').filter((line) => /^\d{3} /.test(line))
		await until(`${count} answers; came: ${this.text}`, () => done().length >= count || this.closed)
		return done()
	}

	// Sends bytes, and gives the `count` answers to them.
	async say(bytes, count = 1) {
		const before = (await this.lines(0)).length
		this.socket.write(Buffer.from(bytes, 'latin1'))
		return (await this.lines(before + count)).slice(before)
	}

	async begin(sender = 'ana@greenleaf.example', recipients = [deskAddress]) {
		return this.say(['LHLO test.example', `MAIL FROM:<${sender}>`, ...recipients.map((r) => `RCPT TO:<${r}>`), 'DATA', ''].join('\r\n'), 3 + recipients.length)
	}

	close() {
		this.socket.destroy()
	}
}

// Every ticket row, newest first.
export async function allTickets(visitor) {
	return (await visitor.get('/api/tickets?view=all&limit=200')).body.tickets.sort((a, b) => b.id - a.id)
}

// Delivers bytes and waits until no mail waits to be filed.
export async function file(desk, bytes, envelope = {}) {
	const answer = await deliver(desk.lmtp, { bytes, ...envelope })
	await until('the mail to be filed', async () => (await desk.partner.get('/api/health')).body.mail_in.waiting === 0)
	return answer
}

// The thread that a mail with that subject opened.
export async function opened(desk, subject) {
	return (await allTickets(desk.partner)).find((t) => t.subject === subject)
}

export async function thread(desk, id) {
	return (await desk.partner.get(`/api/tickets/${id}`)).body
}

export async function reply(desk, id, more = {}) {
	const { messages } = await thread(desk, id)
	return desk.partner.post(`/api/tickets/${id}/reply`, { text: 'It is on its way.', seen: messages.at(-1)?.id ?? null, ...more })
}

// Mails in the sink: the bytes and who would have got them.
export function sunk(desk) {
	const folder = path.join(desk.folder, 'sink', 'new')
	if (!fs.existsSync(folder)) return []
	return fs.readdirSync(folder).filter((name) => name.endsWith('.eml')).sort().map((name) => {
		const envelope = fs.readFileSync(path.join(folder, name.replace('.eml', '.envelope')), 'utf8')
		return {
			raw: fs.readFileSync(path.join(folder, name), 'latin1'),
			recipients: [...envelope.matchAll(/^RCPT TO:<(.*)>/gm)].map((match) => match[1]),
			sender: /^MAIL FROM:<(.*)>/m.exec(envelope)?.[1],
		}
	})
}

// Answers a thread, and gives the mail as the sink has it.
export async function sent(desk, id, more = {}) {
	const before = sunk(desk).length
	const answer = await reply(desk, id, more)
	if (answer.status !== 200) throw new Error(`reply: ${answer.status} ${answer.text}`)
	await until('the answer to leave', () => sunk(desk).length > before)
	return sunk(desk).at(-1)
}

// Value of a header, unfolded.
export function field(raw, name) {
	const top = raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]/g, ' ')
	return new RegExp(`^${name}: (.*)$`, 'mi').exec(top)?.[1] ?? null
}

export function headerNames(raw) {
	return raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]/g, ' ').split('\r\n').map((line) => line.split(':')[0].toLowerCase())
}

// Resident memory of the program and its workers, in bytes.
export function resident(desk) {
	let total = 0
	const add = (pid) => {
		try {
			total += Number(/^VmRSS:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
			for (const child of fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)) add(child)
		} catch { /* it has ended meanwhile */ }
	}
	add(desk.process.pid)
	return total
}
