// A copy put back: what lets somebody in and was used or taken back after the
// copy does not come back, and no webhook is sent what is old.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { Desk, until } from './lib.mjs'

const program = path.resolve(process.env.HOLDFAST_BIN ?? process.env.HOLDFAST_PROGRAM ?? 'build/san/holdfast')
const seen = []
let desk, receiver, answer = 500

before(async () => {
	receiver = http.createServer((request, response) => {
		let text = ''
		request.on('data', (piece) => { text += piece })
		request.on('end', () => { seen.push(JSON.parse(text)); response.writeHead(answer).end() })
	}).listen(0, '127.0.0.1')
	await once(receiver, 'listening')
	desk = await Desk.start({ args: ['--webhook-networks', '127.0.0.0/8'] })
})
after(async () => {
	receiver.closeAllConnections()
	receiver.close()
	await desk.stop()
})

test('tokens, links and deliveries of the copy are over', async () => {
	const data = path.join(desk.folder, 'data')
	const copy = path.join(desk.folder, 'copy.db')
	const ticket = await desk.receive()
	const { body: { token, created } } = await desk.partner.post('/api/tokens', { name: 't', rights: ['ticket_read'], expires_at: null })
	const { body: { member } } = await desk.partner.post('/api/members', { name: 'Ann', address: 'ann@studio.example', role: 'agent' })
	const link = (await desk.partner.post(`/api/members/${member.id}/invite`)).body.link.split('#')[1]
	const { body: { webhook } } = await desk.partner.post('/api/settings/webhooks', { name: 'w', url: `http://127.0.0.1:${receiver.address().port}/`, kinds: ['note_added'] })
	await desk.partner.post(`/api/tickets/${ticket.id}/notes`, { text: 'old' })
	await until('the first try', () => seen.length > 0)
	execFileSync(program, ['backup', copy, '--data', data])
	await desk.partner.delete(`/api/tokens/${created.id}`)
	await desk.visitor().post('/api/session', { token: link })
	await desk.end()
	answer = 200
	const tries = seen.length
	execFileSync(program, ['restore', copy, '--data', data])
	await desk.run()
	assert.equal((await desk.visitor().get('/api/tickets', { headers: { Authorization: `Bearer ${token}` } })).status, 401)
	assert.equal((await desk.visitor().post('/api/session', { token: link })).status, 403)
	assert.equal((await desk.partner.get('/api/tickets')).status, 401, 'nor any session')
	desk.partner = await desk.signIn('lena@studio.example', 'correct horse battery')
	const [hook] = (await desk.partner.get('/api/settings/webhooks')).body.webhooks
	assert.deepEqual([hook.id, hook.waiting, hook.dead], [webhook.id, 0, 1])
	const [dead] = (await desk.partner.get(`/api/settings/webhooks/${webhook.id}/deliveries`)).body.deliveries
	assert.match(dead.said, /restored from a copy/)
	await desk.partner.post(`/api/tickets/${ticket.id}/notes`, { text: 'new' })
	await until('the new one', () => seen.some((one) => one.data.message.text === 'new'))
	assert.ok(!seen.slice(tries).some((one) => one.data.message.text === 'old'))
})
