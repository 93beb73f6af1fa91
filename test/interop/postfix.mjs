// A Postfix of our own: unpacked, not installed, with its configuration, queue
// and ports in a temporary folder. It must be started by root, because its
// parts run as other users; nothing of the machine's own mail is touched.

import { spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'

const root = process.env.HOLDFAST_SERVERS ?? path.resolve('build/servers/root')

// Where it is: unpacked for tests, or the machine's own package.
function find() {
	for (const base of [root, '/']) {
		const daemons = path.join(base, 'usr/lib/postfix/sbin')
		if (fs.existsSync(path.join(daemons, 'master'))) return { base, daemons }
	}
	return null
}

// Why it cannot run here; undefined when it can.
export function whyNot() {
	if (!find()) return 'no Postfix under build/servers: run tool/install-deps test'
	if (process.getuid() !== 0) return 'Postfix can be started by root only'
	return undefined
}

function libraries(base) {
	return [path.join(base, 'usr/lib/postfix'),
		...['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((name) => path.join(base, 'usr/lib', name))].join(':')
}

const queues = ['active', 'bounce', 'corrupt', 'defer', 'deferred', 'flush', 'hold', 'incoming', 'private', 'saved', 'trace']

// Users that every Debian has and nothing else uses here.
const owner = 'uucp'
const group = 'news'

function makeQueue(folder) {
	const spool = path.join(folder, 'spool')
	fs.mkdirSync(path.join(spool, 'pid'), { recursive: true, mode: 0o755 })
	for (const name of queues) fs.mkdirSync(path.join(spool, name), { mode: 0o700 })
	fs.mkdirSync(path.join(spool, 'maildrop'), { mode: 0o730 })
	fs.mkdirSync(path.join(spool, 'public'), { mode: 0o710 })
	fs.mkdirSync(path.join(folder, 'data'), { mode: 0o700 })
	const chown = [[`${owner}`, ...queues.map((name) => path.join(spool, name)), path.join(folder, 'data')],
		[`${owner}:${group}`, path.join(spool, 'maildrop'), path.join(spool, 'public')]]
	for (const words of chown) {
		const result = spawnSync('chown', words)
		if (result.status !== 0) throw new Error(String(result.stderr))
	}
	fs.chmodSync(path.join(spool, 'maildrop'), 0o730)
	fs.chmodSync(path.join(spool, 'public'), 0o710)
}

const services = `
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 1 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
lmtp      unix  - - n - - lmtp
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
`

function configure(folder, found, settings, smtpPort) {
	const main = {
		compatibility_level: '3.6',
		queue_directory: path.join(folder, 'spool'),
		data_directory: path.join(folder, 'data'),
		daemon_directory: found.daemons,
		command_directory: path.join(found.base, 'usr/sbin'),
		shlib_directory: path.join(found.base, 'usr/lib/postfix'),
		meta_directory: folder,
		mail_owner: owner,
		setgid_group: group,
		import_environment: 'MAIL_CONFIG LD_LIBRARY_PATH TZ LANG=C',
		export_environment: 'MAIL_CONFIG LD_LIBRARY_PATH TZ LANG=C',
		maillog_file: path.join(folder, 'maillog'),
		maillog_file_prefixes: os.tmpdir(),
		inet_interfaces: '127.0.0.1',
		inet_protocols: 'ipv4',
		mynetworks: '127.0.0.0/8',
		myhostname: 'mx.example',
		mydestination: '',
		alias_maps: '',
		smtputf8_enable: 'yes',
		virtual_mailbox_domains: 'agency.example',
		virtual_mailbox_maps: '',
		local_recipient_maps: '',
		default_transport: 'error:nothing leaves this machine',
		minimal_backoff_time: '1s',
		maximal_backoff_time: '1s',
		queue_run_delay: '1s',
		message_size_limit: '60000000',
		mailbox_size_limit: '0',
		...settings,
	}
	fs.writeFileSync(path.join(folder, 'main.cf'), Object.entries(main).map(([name, value]) => `${name} = ${value}\n`).join(''))
	fs.writeFileSync(path.join(folder, 'master.cf'), `127.0.0.1:${smtpPort} inet n - n - - smtpd\n${services}`)
}

// cert.pem and key.pem for 127.0.0.1, signed by themselves.
export function certificate(folder) {
	const result = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
		'-keyout', 'key.pem', '-out', 'cert.pem', '-days', '2', '-subj', '/CN=mx.example', '-addext', 'subjectAltName=IP:127.0.0.1'],
	{ cwd: folder })
	if (result.status !== 0) throw new Error(String(result.stderr))
	fs.chmodSync(path.join(folder, 'key.pem'), 0o600)
}

export function freePort() {
	return new Promise((resolve, reject) => {
		const server = net.createServer()
		server.on('error', reject)
		server.listen(0, '127.0.0.1', () => {
			const { port } = server.address()
			server.close(() => resolve(port))
		})
	})
}

// Calls `look` until it gives something; the test's own limit for how long.
export async function eventually(look, what, seconds = 30) {
	const end = process.hrtime.bigint() + BigInt(seconds) * 1_000_000_000n
	for (;;) {
		const found = await look()
		if (found) return found
		if (process.hrtime.bigint() > end) throw new Error(`not within ${seconds} s: ${what}`)
		await new Promise((resolve) => setTimeout(resolve, 50))
	}
}

function answers(port) {
	return new Promise((resolve) => {
		const socket = net.connect(port, '127.0.0.1')
		socket.once('data', () => { socket.destroy(); resolve(true) })
		socket.once('error', () => resolve(false))
	})
}

// Starts it with `settings` laid over main.cf. `stop()` ends all of its parts
// and removes the folder.
export async function startPostfix(settings = {}) {
	const found = find()
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-postfix-'))
	fs.chmodSync(folder, 0o755)
	const port = await freePort()
	makeQueue(folder)
	configure(folder, found, settings, port)
	const env = { ...process.env, MAIL_CONFIG: folder, LD_LIBRARY_PATH: libraries(found.base) }
	const log = () => (fs.existsSync(path.join(folder, 'maillog')) ? fs.readFileSync(path.join(folder, 'maillog'), 'utf8') : '')
	const master = spawn(path.join(found.daemons, 'master'), ['-c', folder, '-d'], { env, stdio: 'inherit', detached: true })
	const gone = new Promise((resolve) => { master.once('exit', resolve) })
	const stop = async () => {
		try { process.kill(-master.pid, 'SIGTERM') } catch { /* gone */ }
		await gone
		fs.rmSync(folder, { recursive: true, force: true })
	}
	try {
		await eventually(() => answers(port), 'Postfix answers')
	} catch (error) {
		const text = log()
		await stop()
		throw new Error(`${error.message}\n${text}`)
	}
	return { port, folder, log, stop }
}
