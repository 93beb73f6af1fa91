// A Dovecot of our own: unpacked, not installed, with its configuration and mail
// in a temporary folder; nothing of the machine's own mail is touched. Unpacked,
// its login process finds neither its modules nor its TLS, so both are done
// here, in front of Dovecot's IMAP process, one a connection.

import { spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import tls from 'node:tls'

const root = process.env.HOLDFAST_SERVERS ?? path.resolve('build/servers/root')

function find() {
	for (const base of [root, '/']) {
		if (fs.existsSync(path.join(base, 'usr/lib/dovecot/imap'))) return base
	}
	return null
}

// Why it cannot run here; undefined when it can.
export function whyNot() {
	if (!find()) return 'no Dovecot under build/servers: run tool/install-deps test'
	return undefined
}

function openssl(folder, words) {
	const result = spawnSync('openssl', words, { cwd: folder })
	if (result.status !== 0) throw new Error(String(result.stderr))
}

// An authority in ca.pem, and certificates of it.
export class Authority {
	constructor(folder) {
		this.folder = folder
		this.ca = path.join(folder, 'ca.pem')
		openssl(folder, ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem',
			'-days', '2', '-subj', '/CN=Authority of a test'])
	}

	issue(name) {
		fs.writeFileSync(path.join(this.folder, `${name}.ext`), `subjectAltName=DNS:${name}\n`)
		openssl(this.folder, ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`])
		openssl(this.folder, ['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-out', `${name}.pem`, '-extfile', `${name}.ext`])
		return { cert: fs.readFileSync(path.join(this.folder, `${name}.pem`)), key: fs.readFileSync(path.join(this.folder, `${name}.key`)) }
	}
}

export const user = 'desk@agency.example'
export const password = 'a-long-password'

// What a client says before it is signed in, answered line by line; `admit`
// decides, and `enter` goes on with the connection and the tag to answer.
function signIn(socket, { admit, enter, greet = true }) {
	let text = ''
	let asked = null
	const take = (data) => {
		text += data
		for (let end; (end = text.indexOf('\r\n')) >= 0;) {
			const line = text.slice(0, end)
			text = text.slice(end + 2)
			if (answer(line)) {
				socket.off('data', take)
				return
			}
		}
	}
	const decide = (tag, who) => {
		if (admit(who)) return enter(tag) ?? true
		socket.write(`${tag} NO [AUTHENTICATIONFAILED] Not with these words.\r\n`)
		return false
	}
	const bearer = (tag, words) => {
		const [, name, token] = /^user=(.*)\x01auth=Bearer (.*)\x01\x01$/.exec(Buffer.from(words, 'base64').toString()) ?? []
		if (admit({ name, token })) return enter(tag) ?? true
		// As the protocol has it: a challenge with the reason, an empty line, no.
		asked = { refuse: tag }
		socket.write(`+ ${Buffer.from('{"status":"400"}').toString('base64')}\r\n`)
		return false
	}
	const answer = (line) => {
		if (asked) {
			const { tag, refuse } = asked
			asked = null
			if (tag) return bearer(tag, line)
			socket.write(`${refuse} NO [AUTHENTICATIONFAILED] Not with this token.\r\n`)
			return false
		}
		const [tag, command = '', ...rest] = line.split(' ')
		switch (command.toUpperCase()) {
		case 'CAPABILITY':
			socket.write(`* CAPABILITY IMAP4rev1 IDLE AUTH=XOAUTH2\r\n${tag} OK done\r\n`)
			return false
		case 'LOGIN': {
			const [name, secret] = rest.map((word) => word.replace(/^"|"$/g, ''))
			return decide(tag, { name, secret })
		}
		case 'AUTHENTICATE':
			if (rest[1]) return bearer(tag, rest[1])
			asked = { tag }
			socket.write('+ \r\n')
			return false
		default:
			socket.write(`${tag} BAD Not now\r\n`)
			return false
		}
	}
	socket.on('data', take)
	if (greet) socket.write('* OK Dovecot behind a test\r\n')
}

// TLS at once on `imaps`, after STARTTLS on `imap`; then `accept(socket, greet)`.
// `cut()` ends all connections; while `closed`, nobody is let in.
export async function startFront({ cert, key }, accept) {
	const sockets = new Set()
	const front = { closed: false, connections: 0 }
	const keep = (socket) => {
		sockets.add(socket)
		socket.on('close', () => sockets.delete(socket))
		socket.on('error', () => socket.destroy())
		return socket
	}
	const enter = (socket, greet) => {
		front.connections++
		accept(keep(socket), greet)
	}
	const implicit = tls.createServer({ cert, key }, (socket) => enter(socket, true))
	implicit.on('connection', (socket) => (front.closed ? socket.destroy() : keep(socket)))
	implicit.on('tlsClientError', () => {})
	const explicit = net.createServer((socket) => {
		if (front.closed) return socket.destroy()
		keep(socket).write('* OK in front\r\n')
		return socket.once('data', (data) => {
			socket.write(`${String(data).split(' ')[0]} OK begin\r\n`)
			enter(new tls.TLSSocket(socket, { isServer: true, cert, key }), false)
		})
	})
	await Promise.all([implicit, explicit].map((server) => new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve) })))
	front.imaps = implicit.address().port
	front.imap = explicit.address().port
	front.cut = () => { for (const socket of sockets) socket.destroy() }
	front.stop = () => { front.cut(); implicit.close(); explicit.close() }
	return front
}

// Dovecot reads no mail as root.
const id = process.getuid() || 65534
const own = (file) => { if (process.getuid() === 0) fs.chownSync(file, id, id) }

const configuration = (folder, base) => `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
libexec_dir = ${base}/usr/lib/dovecot
mail_plugin_dir = ${base}/usr/lib/dovecot/modules
import_environment = TZ LD_LIBRARY_PATH
mail_uid = ${id}
mail_gid = ${id}
first_valid_uid = 0
first_valid_gid = 0
protocols = imap
ssl = no
mail_location = maildir:${folder}/mail
namespace inbox {
  inbox = yes
  separator = /
  mailbox Sent {
    auto = create
    special_use = \\Sent
  }
}
`

// Starts it. Mail of `user` lies in `maildir`; `tokens` are good beside the
// password. `admit` may be replaced.
export async function startDovecot() {
	const base = find()
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-dovecot-'))
	for (const name of ['run', 'state', 'mail', 'tls']) fs.mkdirSync(path.join(folder, name))
	fs.chmodSync(folder, 0o755)
	own(path.join(folder, 'mail'))
	const authority = new Authority(path.join(folder, 'tls'))
	const conf = path.join(folder, 'dovecot.conf')
	fs.writeFileSync(conf, configuration(folder, base))
	const env = { ...process.env, USER: user, HOME: path.join(folder, 'mail'), LD_LIBRARY_PATH: [path.join(base, 'usr/lib/dovecot'), ...['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((name) => path.join(base, 'usr/lib', name))].join(':') }
	const maildir = path.join(folder, 'mail')
	let count = 0
	const dovecot = {
		folder, authority, ca: authority.ca, maildir,
		tokens: new Set(),
		log: () => (fs.existsSync(path.join(folder, 'log')) ? fs.readFileSync(path.join(folder, 'log'), 'utf8') : ''),
		admit: (who) => who.name === user && (who.secret === password || dovecot.tokens.has(who.token)),
		stop: () => {
			dovecot.front.stop()
			fs.rmSync(folder, { recursive: true, force: true })
		},
		// A mail in a folder, as if it had arrived at that time.
		deliver(raw, { at = new Date(), into = '' } = {}) {
			const place = path.join(maildir, into ? `.${into}` : '')
			for (const name of ['cur', 'new', 'tmp']) fs.mkdirSync(path.join(place, name), { recursive: true })
			const name = `${Math.floor(at / 1000)}.M${String(++count).padStart(6, '0')}.test`
			const file = path.join(place, 'tmp', name)
			fs.writeFileSync(file, raw)
			fs.utimesSync(file, at, at)
			for (const made of [place, ...['cur', 'new', 'tmp'].map((part) => path.join(place, part)), file]) own(made)
			fs.renameSync(file, path.join(place, 'new', name))
		},
		// All mail of a folder with the flags in its name.
		kept(into = '') {
			const place = path.join(maildir, into ? `.${into}` : '')
			return ['cur', 'new'].flatMap((part) => (fs.existsSync(path.join(place, part)) ? fs.readdirSync(path.join(place, part)).map((name) => ({ name, raw: fs.readFileSync(path.join(place, part, name), 'utf8') })) : []))
		},
		// All numbers begin anew. To be called while nobody is let in.
		renumber() {
			for (const name of fs.readdirSync(maildir)) if (name.startsWith('dovecot')) fs.rmSync(path.join(maildir, name))
		},
	}
	const enter = (socket, tag) => {
		// It would look for doveconf in /usr/bin: so doveconf starts it. And it
		// wants pipes, where a child of ours has sockets.
		const words = [path.join(base, 'usr/bin/doveconf'), '-f', 'service=imap', '-c', conf, '-m', 'imap', '-e', path.join(base, 'usr/lib/dovecot/imap')]
		const child = spawn('sh', ['-c', 'cat | "$@" | cat', 'sh', ...words], { env, stdio: ['pipe', 'pipe', 'ignore'] })
		for (const stream of [child.stdin, child.stdout]) stream.on('error', () => {})
		socket.on('close', () => child.stdin.destroy())
		child.on('exit', () => socket.destroy())
		// It greets as to one who is known.
		child.stdout.once('data', () => {
			socket.write(`${tag} OK Signed in\r\n`)
			child.stdout.pipe(socket)
		})
		socket.pipe(child.stdin)
	}
	dovecot.front = await startFront(authority.issue('localhost'), (socket, greet) => signIn(socket, { greet, admit: (who) => dovecot.admit(who), enter: (tag) => { enter(socket, tag) } }))
	dovecot.imap = dovecot.front.imap
	dovecot.imaps = dovecot.front.imaps
	return dovecot
}
