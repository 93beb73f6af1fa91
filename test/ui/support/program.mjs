// The real program: started in a folder of its own on free ports, with a
// folder that takes all outgoing mail; and a mail server's side of LMTP.
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..')
const binary = process.env.HOLDFAST_PROGRAM ?? path.join(root, 'build/release/holdfast')

function freePort() {
	return new Promise((done, fail) => {
		const server = net.createServer().once('error', fail).listen(0, '127.0.0.1', () => {
			const { port } = server.address()
			server.close(() => done(port))
		})
	})
}

export class Program {
	async start() {
		this.folder ??= fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-'))
		this.sink = path.join(this.folder, 'sink')
		fs.mkdirSync(this.sink, { recursive: true })
		this.http ??= await freePort()
		this.lmtp ??= await freePort()
		this.url = `http://127.0.0.1:${this.http}`
		this.said = ''
		this.child = spawn(binary, ['serve', '--data', path.join(this.folder, 'data'), '--http', `127.0.0.1:${this.http}`, '--lmtp', `127.0.0.1:${this.lmtp}`, '--sink', this.sink])
		await new Promise((done, fail) => {
			const listen = (data) => {
				this.said += data
				if (/Open http/.test(this.said)) done()
			}
			this.child.stdout.on('data', listen)
			this.child.stderr.on('data', listen)
			this.child.on('error', fail)
			this.child.on('exit', (code) => fail(new Error(`holdfast ended with ${code}: ${this.said}`)))
		})
		return this
	}

	/* Ends the program; the folder stays for a next start. */
	async halt() {
		if (!this.child || this.child.exitCode !== null) return
		this.child.removeAllListeners('exit')
		const gone = new Promise((done) => this.child.once('exit', done))
		this.child.kill('SIGTERM')
		await gone
	}

	async stop() {
		await this.halt()
		fs.rmSync(this.folder, { recursive: true, force: true })
	}

	/* Every mail that has left, in order, as it would go on the wire. */
	outgoing() {
		const folder = path.join(this.sink, 'new')
		if (!fs.existsSync(folder)) return []
		return fs.readdirSync(folder).filter((name) => name.endsWith('.eml')).sort().map((name) => fs.readFileSync(path.join(folder, name), 'utf8'))
	}

	async deliver({ from, name, to = 'desk@northlight.example', subject, text, html, headers = [], id = `${Math.random().toString(36).slice(2)}@sender.example` }) {
		const lines = [`From: ${name} <${from}>`, `To: <${to}>`, `Subject: ${subject}`, `Message-ID: <${id}>`, `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`, 'MIME-Version: 1.0', ...headers]
		if (html) {
			lines.push('Content-Type: multipart/alternative; boundary="b"', '', '--b', 'Content-Type: text/plain; charset=utf-8', '', text, '--b', 'Content-Type: text/html; charset=utf-8', '', html, '--b--')
		} else lines.push('Content-Type: text/plain; charset=utf-8', '', text)
		await lmtp(this.lmtp, from, to, lines.join('\n'))
		return `<${id}>`
	}
}

/* One message over LMTP; throws what the server said if it did not take it. */
function lmtp(port, from, to, message) {
	return new Promise((done, fail) => {
		const line = net.connect(port, '127.0.0.1')
		const body = message.replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..')
		const steps = ['LHLO mail.sender.example', `MAIL FROM:<${from}> BODY=8BITMIME`, `RCPT TO:<${to}>`, 'DATA', `${body}\r\n.`, 'QUIT']
		let buffer = ''
		line.setEncoding('utf8')
		line.on('error', fail)
		line.on('data', (data) => {
			buffer += data
			for (let end; (end = buffer.indexOf('\r\n')) >= 0;) {
				const answer = buffer.slice(0, end)
				buffer = buffer.slice(end + 2)
				if (/^\d{3}-/.test(answer)) continue
				if (!/^[23]/.test(answer)) return fail(new Error(answer))
				const next = steps.shift()
				if (next === undefined) return line.end(() => done())
				line.write(`${next}\r\n`)
			}
		})
	})
}
