// Mail by hand: a client's side of SMTP, and what mail_tool's listener kept.

import { spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'

import { eventually } from './postfix.mjs'

export const tool = 'build/release/test/interop/mail_tool'

// Test files may run at once; make may not.
export function buildTool() {
	const made = spawnSync('flock', ['build/.mail_tool', 'make', tool], { encoding: 'utf8' })
	if (made.status !== 0) throw new Error(made.stderr)
}

// Says a conversation to an SMTP server, one answer at a time; throws when an
// answer is not what the row expects.
export function converse(port, rows) {
	return new Promise((resolve, reject) => {
		const socket = net.connect(port, '127.0.0.1')
		let text = ''
		let row = 0
		const next = () => {
			const reply = /^(?:\d{3}-.*\r\n)*(\d{3}) .*\r\n/.exec(text)
			if (!reply) return
			text = text.slice(reply[0].length)
			const [expected] = rows[row]
			if (!String(expected).split('|').includes(reply[1])) {
				socket.destroy()
				reject(new Error(`row ${row}: ${reply[0]} instead of ${expected}`))
				return
			}
			const [, say] = rows[row++]
			if (say === undefined) {
				socket.end()
				resolve(reply[0])
			} else {
				socket.write(Buffer.isBuffer(say) ? say : `${say}\r\n`)
			}
		}
		socket.on('data', (data) => { text += data.toString('latin1'); next() })
		socket.on('error', reject)
	})
}

// `raw` with CRLF line ends and its dots stuffed.
export function sendMail(port, from, recipients, raw, parameters = '') {
	const content = Buffer.isBuffer(raw) ? raw : Buffer.from(raw)
	return converse(port, [
		[220, 'EHLO client.example'],
		[250, Buffer.from(`MAIL FROM:<${from}>${parameters}\r\n`)],
		...recipients.map((to) => [250, Buffer.from(`RCPT TO:<${to}>\r\n`)]),
		[250, 'DATA'],
		[354, Buffer.concat([content, Buffer.from('\r\n.\r\n')])],
		[250, 'QUIT'],
		[221],
	])
}

export function startSink(folder, port) {
	fs.mkdirSync(folder, { recursive: true })
	const child = spawn(tool, ['sink', `127.0.0.1:${port}`, folder], { stdio: ['pipe', 'pipe', 'inherit'] })
	const ready = new Promise((resolve) => { child.stdout.once('data', resolve) })
	const gone = new Promise((resolve) => { child.once('exit', resolve) })
	return {
		ready,
		stop: async () => { child.stdin.end(); await gone },
	}
}

// What the listener kept, oldest first.
export function kept(folder) {
	return fs.readdirSync(folder).filter((name) => name.endsWith('.eml')).sort().map((name) => {
		const bytes = fs.readFileSync(path.join(folder, name))
		const end = bytes.indexOf('\n\n')
		const [sender, ...recipients] = bytes.subarray(0, end).toString().split('\n')
		return { sender, recipients, raw: bytes.subarray(end + 2).toString('latin1') }
	})
}

// The one mail with that subject, once it is there.
export function arrived(folder, subject) {
	return eventually(() => kept(folder).find((mail) => mail.raw.includes(`Subject: ${subject}\r\n`)), `"${subject}" arrives`)
}

// The value of a header field, unfolded.
export function field(raw, name) {
	const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ')
	return new RegExp(`^${name}: (.*)$`, 'im').exec(head.replace(/\r\n/g, '\n'))?.[1]
}
