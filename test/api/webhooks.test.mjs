// Webhooks against a receiver of the test: what it is sent, how it is signed,
// in which order, what happens when it fails, and what is never connected to.

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { after, before, test } from 'node:test'
import { Desk, until } from './lib.mjs'

// Keeps every request; `answer(request)` gives [status, headers, body].
class Receiver {
	static async start(answer = () => [204]) {
		const self = new Receiver()
		self.seen = []
		self.answer = answer
		self.server = http.createServer((request, response) => {
			const pieces = []
			request.on('data', (piece) => pieces.push(piece))
			request.on('end', () => {
				const raw = Buffer.concat(pieces).toString()
				const one = { headers: request.headers, raw, body: JSON.parse(raw), path: request.url, at: Date.now() }
				self.seen.push(one)
				const [status, headers = {}, body = ''] = self.answer(one) ?? [null]
				if (status) response.writeHead(status, headers).end(body)
			})
		})
		self.server.listen(0, '127.0.0.1')
		await once(self.server, 'listening')
		self.url = `http://127.0.0.1:${self.server.address().port}/hook`
		return self
	}

	stop() {
		this.server.closeAllConnections()
		this.server.close()
	}

	of(kind) {
		return this.seen.filter((one) => one.body.type === kind)
	}
}

let desk
before(async () => { desk = await Desk.start({ args: ['--webhook-networks', '127.0.0.0/8'] }) })
after(() => desk.stop())

const add = async (url, kinds = [], more = {}) => {
	const answer = await desk.partner.post('/api/settings/webhooks', { name: 'Tracker', url, kinds, ...more })
	assert.equal(answer.status, 200, answer.text)
	return answer.body.webhook
}
const show = async (id) => (await desk.partner.get('/api/settings/webhooks')).body.webhooks.find((w) => w.id === id)
const deliveries = async (id) => (await desk.partner.get(`/api/settings/webhooks/${id}/deliveries`)).body.deliveries
const remove = (id) => desk.partner.delete(`/api/settings/webhooks/${id}`)
const note = (ticket, text) => desk.partner.post(`/api/tickets/${ticket.id}/notes`, { text })

// As a receiver checks it: Standard Webhooks.
function verify({ headers, raw }, secret, now = Date.now()) {
	const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
	if (Math.abs(now / 1000 - Number(headers['webhook-timestamp'])) > 300) return false
	const mac = createHmac('sha256', key).update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${raw}`).digest('base64')
	return headers['webhook-signature'].split(' ').includes(`v1,${mac}`)
}

test('an event arrives once, signed, with what the API says of it', async () => {
	const receiver = await Receiver.start()
	const hook = await add(receiver.url, ['ticket_opened', 'note_added'])
	assert.match(hook.secret, /^whsec_[A-Za-z0-9+/=]{32}$/)
	assert.deepEqual([hook.state, hook.active, hook.waiting, hook.dead], ['ok', true, 0, 0])
	const ticket = await desk.receive({ subject: 'A hooked mail' })
	await note(ticket, 'for the tracker')
	await until('both to arrive', () => receiver.seen.length >= 2)
	const [opened, noted] = receiver.seen
	assert.deepEqual(receiver.seen.map((one) => one.body.type), ['ticket_opened', 'note_added'])
	assert.equal(opened.body.data.ticket.id, ticket.id)
	assert.equal(opened.body.data.event.kind, 'ticket_opened')
	assert.equal(noted.body.data.message.text, 'for the tracker')
	assert.equal(opened.headers['content-type'], 'application/json')
	for (const one of receiver.seen) assert.ok(verify(one, hook.secret))
	assert.ok(!verify({ ...opened, raw: opened.raw.replace('A hooked', 'B hooked') }, hook.secret), 'another body')
	assert.ok(!verify({ ...opened, headers: { ...opened.headers, 'webhook-id': noted.headers['webhook-id'] } }, hook.secret), 'another id')
	assert.ok(!verify(opened, hook.secret, Date.now() + 301_000), 'too late')
	assert.notEqual(opened.headers['webhook-id'], noted.headers['webhook-id'])
	await until('it to be recorded', async () => (await show(hook.id)).last_ok_at > 0 && (await show(hook.id)).waiting === 0)
	assert.equal((await show(hook.id)).secret, undefined, 'the secret is shown once')
	assert.ok((await deliveries(hook.id)).every((d) => d.state === 'sent' && d.status === 204 && d.attempts === 1))
	await remove(hook.id)
	await note(ticket, 'after')
	assert.equal((await desk.partner.get(`/api/settings/webhooks/${hook.id}/deliveries`)).status, 404)
	assert.equal(receiver.seen.length, 2)
	receiver.stop()
})

test('a failing delivery holds back later ones of its ticket, not others', async () => {
	const [one, two] = [await desk.receive({ subject: 'First of two' }), await desk.receive({ subject: 'Second of two' })]
	let broken = true
	const receiver = await Receiver.start(({ body }) => broken && body.data.ticket?.id === one.id ? [500] : [200])
	const hook = await add(receiver.url, ['note_added'])
	await note(one, 'a')
	await until('the first try', () => receiver.seen.length === 1)
	await note(one, 'b')
	await note(two, 'c')
	await until('the other ticket', () => receiver.seen.some((r) => r.body.data.message.text === 'c'))
	assert.ok(!receiver.seen.some((r) => r.body.data.message.text === 'b'), 'b waits for a')
	await until('it to be shown', async () => (await deliveries(hook.id)).some((d) => d.attempts === 1 && d.said))
	const waiting = (await deliveries(hook.id)).filter((d) => d.state === 'waiting')
	assert.deepEqual(waiting.map((d) => [d.ticket, d.status, d.next_at === null]), [[one.id, null, true], [one.id, 500, false]])
	assert.match(waiting[1].said, /answered 500/)
	broken = false
	await until('all to arrive', () => receiver.seen.some((r) => r.body.data.message.text === 'b'))
	const tries = receiver.seen.filter((r) => r.body.data.message.text === 'a')
	assert.ok(tries.length >= 2)
	assert.equal(new Set(tries.map((r) => r.headers['webhook-id'])).size, 1, 'a try again has the same id')
	assert.notEqual(tries[0].headers['webhook-signature'], tries.at(-1).headers['webhook-signature'])
	const texts = receiver.seen.map((r) => r.body.data.message.text)
	assert.ok(texts.lastIndexOf('a') < texts.indexOf('b'))
	await until('it to be well', async () => (await show(hook.id)).state === 'ok')
	await remove(hook.id)
	receiver.stop()
})

test('410 stops it, which is an event; on again it begins anew, and what was given up can be tried by hand', async () => {
	const ticket = await desk.receive({ subject: 'Gone' })
	let gone = true
	const receiver = await Receiver.start(() => gone ? [410] : [200])
	const hook = await add(receiver.url, ['note_added'])
	await note(ticket, 'x')
	await until('it to stop', async () => (await show(hook.id)).state === 'stopped')
	const stopped = (await desk.partner.get('/api/audit?kind=webhook_stopped')).body.events
	assert.match(stopped[0].text, /Webhook stopped: The receiver wants no more/)
	assert.equal((await show(hook.id)).dead, 1)
	await note(ticket, 'not wanted')
	await desk.partner.patch(`/api/settings/webhooks/${hook.id}`, { name: 'Renamed' })
	assert.equal((await show(hook.id)).state, 'stopped', 'a new name does not begin it again')
	assert.equal((await desk.partner.post(`/api/settings/webhooks/${hook.id}/test`)).status, 409)
	gone = false
	assert.equal((await desk.partner.patch(`/api/settings/webhooks/${hook.id}`, { active: true })).body.webhook.state, 'ok')
	await note(ticket, 'wanted')
	await until('the new one', () => receiver.seen.some((r) => r.body.data.message?.text === 'wanted'))
	assert.ok(!receiver.seen.some((r) => r.body.data.message?.text === 'not wanted'))
	const dead = (await deliveries(hook.id)).find((d) => d.state === 'dead')
	assert.equal((await desk.partner.post(`/api/settings/webhooks/${hook.id}/deliveries/${dead.id}/retry`)).status, 200)
	await until('the old one', () => receiver.seen.filter((r) => r.body.data.message?.text === 'x').length === 2)
	await until('none to be dead', async () => (await show(hook.id)).dead === 0)
	assert.equal((await desk.partner.post(`/api/settings/webhooks/${hook.id}/deliveries/${dead.id}/retry`)).status, 409)
	assert.equal((await desk.partner.post(`/api/settings/webhooks/${hook.id}/deliveries/999999/retry`)).status, 404)
	await desk.partner.post(`/api/settings/webhooks/${hook.id}/test`)
	await until('the test', () => receiver.of('test').length === 1)
	assert.ok(verify(receiver.of('test')[0], hook.secret))
	await remove(hook.id)
	receiver.stop()
})

test('AC-078: redirects are not followed, endless answers are cut, no answer is tried again', async () => {
	const inner = await Receiver.start()
	const ticket = await desk.receive({ subject: 'Redirected' })
	for (const [name, answer, said] of [...[301, 302, 303, 307, 308].map((s) => [`a ${s}`, [s, { Location: inner.url }], /redirect/]), ['huge headers', [200, { 'X-Large': 'x'.repeat(14_000) }], null]]) {
		const receiver = await Receiver.start(() => answer)
		const hook = await add(receiver.url, ['note_added'])
		await note(ticket, name)
		await until(name, async () => (await deliveries(hook.id)).some((d) => d.attempts === 1))
		const [delivery] = await deliveries(hook.id)
		if (said) assert.match(delivery.said, said, name)
		await remove(hook.id)
		receiver.stop()
	}
	assert.equal(inner.seen.length, 0, 'nothing came to where it was sent on to')
	inner.stop()
	const large = net.createServer((socket) => {
		socket.on('error', () => {})
		socket.once('data', () => {
			socket.write('HTTP/1.1 500 No\r\nContent-Length: 10737418240\r\n\r\n')
			const more = () => { while (!socket.destroyed && socket.write(Buffer.alloc(65536, 'x')));if (!socket.destroyed) socket.once('drain', more) }
			more()
		})
	}).listen(0, '127.0.0.1')
	await once(large, 'listening')
	const hook = await add(`http://127.0.0.1:${large.address().port}/`, ['note_added'])
	await note(ticket, 'large')
	await until('it to be cut', async () => (await deliveries(hook.id)).some((d) => d.attempts >= 1))
	assert.equal((await deliveries(hook.id))[0].status, 500)
	await remove(hook.id)
	large.close()
})

test('AC-077, AC-078, AC-079: what is not public, or no plain URL, is refused when it is saved', async (t) => {
	const strict = await Desk.start()
	t.after(() => strict.stop())
	const bad = ['http://example.com/', 'https://127.0.0.1/', 'https://[::1]/', 'https://[::ffff:127.0.0.1]/', 'https://0x7f.1/', 'https://2130706433/', 'https://0/', 'https://169.254.169.254/latest', 'https://100.64.0.1/', 'https://10.0.0.1/',
		'https://192.168.1.1/', 'https://172.16.0.1/', 'https://[fc00::1]/', 'https://[fe80::1]/', 'https://[64:ff9b::7f00:1]/', 'https://[2002:7f00:1::]/', 'https://user:pass@example.com/', 'https://example.com/#x', 'https://example.com\\@evil.example/',
		'https://exa mple.com/', 'https://example.com/\r\nX: y', 'ftp://example.com/', 'file:///etc/passwd', 'gopher://example.com/', 'javascript:1', 'https://', 'https:///x', 'https://example.com:22/', 'https://example.com:0/', 'https://example.com:99999/', `https://example.com/${'x'.repeat(65_536)}`, '//example.com/', '']
	for (const url of bad) assert.equal((await strict.partner.post('/api/settings/webhooks', { name: 'x', url, kinds: [] })).status, 400, url.slice(0, 80))
	assert.equal((await strict.partner.post('/api/settings/webhooks', { name: 'x', url: 'https://example.com/', kinds: ['nonsense'] })).status, 400)
	const { body: { webhook } } = await strict.partner.post('/api/settings/webhooks', { name: 'x', url: 'https://hooks.example.com/a?b=c', kinds: [] })
	assert.equal((await strict.partner.patch(`/api/settings/webhooks/${webhook.id}`, { url: 'https://localhost:8443/' })).status, 200, 'a name is looked at when it is connected to')
	await strict.partner.post(`/api/settings/webhooks/${webhook.id}/test`)
	const said = await until('the try', async () => (await strict.partner.get(`/api/settings/webhooks/${webhook.id}/deliveries`)).body.deliveries.find((d) => d.attempts > 0)?.said)
	assert.match(said, /could not be reached at a public address/)
})

test('AC-077: a name that means this machine is not connected to', async (t) => {
	const strict = await Desk.start()
	t.after(() => strict.stop())
	let connected = 0
	const server = net.createServer(() => { connected++ }).listen(0, '127.0.0.1')
	await once(server, 'listening')
	for (const host of ['localhost', 'localhost.']) {
		const { body: { webhook } } = await strict.partner.post('/api/settings/webhooks', { name: 'x', url: `https://${host}:${server.address().port}/`, kinds: ['note_added'] })
		await strict.partner.post(`/api/settings/webhooks/${webhook.id}/test`)
		await until('the try', async () => (await strict.partner.get(`/api/settings/webhooks/${webhook.id}/deliveries`)).body.deliveries.some((d) => d.attempts > 0))
	}
	assert.equal(connected, 0)
	server.close()
})

test('it has its owner\'s rights, and ends with them', async () => {
	const second = await desk.partner.post('/api/members', { name: 'Bo Berg', address: 'bo@studio.example', role: 'partner', password: 'battery staple horse' })
	const bo = await desk.signIn('bo@studio.example', 'battery staple horse')
	const receiver = await Receiver.start()
	const { body: { webhook } } = await bo.post('/api/settings/webhooks', { name: 'Bo', url: receiver.url, kinds: ['note_added', 'access_changed'] })
	await bo.post('/api/tokens', { name: 't', rights: [], expires_at: null })
	await until('an event of the agency', () => receiver.of('access_changed').length === 1)
	await desk.partner.patch(`/api/members/${second.body.member.id}`, { role: 'agent' })
	const ticket = await desk.receive({ subject: 'For Bo' })
	await desk.partner.post('/api/tokens', { name: 't', rights: [], expires_at: null })
	await note(ticket, 'as an agent')
	await until('the note', () => receiver.of('note_added').length === 1)
	assert.equal(receiver.of('access_changed').length, 1, 'an agent may not see those')
	await desk.partner.patch(`/api/members/${second.body.member.id}`, { active: false })
	await note(ticket, 'as nobody')
	await until('it to stop', async () => (await show(webhook.id)).state === 'stopped')
	assert.equal(receiver.of('note_added').length, 1)
	await remove(webhook.id)
	receiver.stop()
})

test('killed between delivery and record, it is delivered again under the same id', async () => {
	const mine = await Desk.start({ args: ['--webhook-networks', '127.0.0.0/8'] })
	const receiver = await Receiver.start(({ body }) => {
		// The answer never leaves: the program ends in between.
		if (body.type !== 'note_added' || receiver.of('note_added').length > 1) return [200]
		mine.process.kill('SIGKILL')
		return null
	})
	const ticket = await mine.receive()
	const { body: { webhook } } = await mine.partner.post('/api/settings/webhooks', { name: 'x', url: receiver.url, kinds: ['note_added'] })
	await mine.partner.post(`/api/tickets/${ticket.id}/notes`, { text: 'once, at least' })
	await until('the end', () => mine.process.signalCode === 'SIGKILL')
	await mine.run()
	await until('the second try', () => receiver.of('note_added').length >= 2)
	assert.equal(new Set(receiver.of('note_added').map((r) => r.headers['webhook-id'])).size, 1)
	await until('it to be recorded', async () => (await mine.partner.get('/api/settings/webhooks')).body.webhooks.find((w) => w.id === webhook.id).waiting === 0)
	await mine.stop()
	receiver.stop()
})

test('webhooks are a partner\'s', async () => {
	const agent = await desk.agent('Eva Holm', 'eva@studio.example')
	for (const [method, path] of [['GET', ''], ['POST', ''], ['GET', '/1/deliveries'], ['POST', '/1/test']])
		assert.equal((await agent.ask(method, `/api/settings/webhooks${path}`, { body: method === 'GET' ? undefined : { name: 'x', url: 'https://example.com/' } })).status, 403)
})
