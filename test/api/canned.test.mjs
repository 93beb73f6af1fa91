// Canned replies with places that the server fills, the keys that a member
// changed, and how they want to be warned.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk } from './lib.mjs'
import { conforms, routesOf } from './schema.mjs'

let desk, me, jonas, row, answers
before(async () => {
	desk = await Desk.start()
	me = (await desk.partner.get('/api/session')).body.member
	jonas = await desk.agent()
	row = await desk.receive({ subject: 'Status {{me.name}}', from: '"Diaz, Ana" <ana@greenleaf.example>' })
	const routes = routesOf((await desk.partner.get('/api/openapi.json')).body)
	answers = (method, path) => routes.find((r) => r.method === method && r.path === path).answer
})
after(() => desk.stop())

const create = (visitor, body) => visitor.post('/api/canned', body)

test('every place is filled from the records, and what has no value is named', async () => {
	const text = ['client.name', 'contact.first_name', 'contact.name', 'ticket.subject', 'me.name', 'brand.name', 'agency.name', 'due'].map((p) => `${p}={{${p}}}`).join('\n')
	const made = await create(desk.partner, { name: 'All places', text, shortcut: 'all', shared: 'all' })
	assert.equal(made.status, 200, made.text)
	conforms(answers('POST', '/api/canned'), made.body)
	const seen = await jonas.post(`/api/canned/${made.body.canned.id}/preview`, { ticket: row.id })
	assert.equal(seen.status, 200, seen.text)
	conforms(answers('POST', '/api/canned/{id}/preview'), seen.body)
	const lines = Object.fromEntries(seen.body.text.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
	assert.equal(lines['contact.first_name'], 'Ana')
	assert.equal(lines['me.name'], 'Jonas Weber')
	assert.equal(lines['agency.name'], 'Studio Nord')
	assert.match(lines.due, /^[A-Z][a-z]+day \d+ [A-Z][a-z]+, \d\d:\d\d$/)
	// What is filled in is not read again.
	assert.equal(lines['ticket.subject'], 'Status {{me.name}}')
	assert.deepEqual(seen.body.missing, [])

	const closed = await desk.partner.post(`/api/tickets/${row.id}/state`, { state: 'closed', reason: 'done' })
	assert.equal(closed.status, 200)
	const later = await jonas.post(`/api/canned/${made.body.canned.id}/preview`, { ticket: row.id })
	assert.deepEqual(later.body.missing, ['due'])
	assert.match(later.body.text, /due=\{\{due\}\}/)
})

test('a place that there is not is refused where it stands', async () => {
	for (const [text, line, column] of [['Hi {{contact.fisrt_name}}', 1, 4], ['ä\n\nto {{ password }}', 3, 4], ['open {{me.name', 1, 6], ['{{}}', 1, 1]]) {
		const answer = await create(desk.partner, { name: 'Wrong', text })
		assert.equal(answer.status, 400, text)
		assert.equal(answer.body.field, 'text')
		assert.deepEqual([answer.body.line, answer.body.column], [line, column], text)
	}
	const made = await create(desk.partner, { name: 'Right', text: 'Hello' })
	const changed = await desk.partner.patch(`/api/canned/${made.body.canned.id}`, { text: '{{nobody}}' })
	assert.equal(changed.status, 400)
	assert.equal((await desk.partner.get('/api/canned')).body.canned.find((c) => c.id === made.body.canned.id).text, 'Hello')
})

test('my own are mine alone; everybody\'s are changed by whoever keeps them', async () => {
	const mine = (await create(jonas, { name: 'Mine', text: 'x' })).body.canned
	const all = (await create(desk.partner, { name: 'All', text: 'x', shared: 'all' })).body.canned
	assert.equal(mine.owner !== me.id, true)
	assert.equal((await desk.partner.get('/api/canned')).body.canned.some((c) => c.id === mine.id), false)
	assert.equal((await desk.partner.post(`/api/canned/${mine.id}/preview`, { ticket: row.id })).status, 404)
	assert.equal((await desk.partner.patch(`/api/canned/${mine.id}`, { name: 'Theirs' })).status, 404)
	assert.equal((await jonas.patch(`/api/canned/${all.id}`, { name: 'Theirs' })).status, 403)
	assert.equal((await jonas.delete(`/api/canned/${all.id}`)).status, 403)
	assert.equal((await jonas.patch(`/api/canned/${mine.id}`, { name: 'Other' })).body.canned.name, 'Other')
	assert.equal((await jonas.delete(`/api/canned/${mine.id}`)).status, 200)
	assert.equal((await jonas.get('/api/canned')).body.canned.some((c) => c.id === mine.id), false)
	const listed = (await jonas.get('/api/canned')).body
	conforms(answers('GET', '/api/canned'), listed)
})

test('keys are one member\'s, and none that others need', async () => {
	const set = (keys) => desk.partner.put('/api/session/keys', { keys })
	assert.deepEqual((await desk.partner.get('/api/session/keys')).body.keys, {})
	const good = { done: 'x', reply: 'shift+r', inbox: 'g i', send: 'mod+enter', note: '?', theme: '' }
	const answer = await set(good)
	assert.equal(answer.status, 200, answer.text)
	conforms(answers('PUT', '/api/session/keys'), answer.body)
	assert.deepEqual((await desk.partner.get('/api/session/keys')).body.keys, good)
	assert.deepEqual((await jonas.get('/api/session/keys')).body.keys, {})
	const refused = [{ a: 'x', b: 'x' }, { a: 'g', b: 'g i' }, { a: 'mod+t' }, { a: 'ctrl+w' }, { a: 'f5' }, { a: 'alt+e' }, { a: 'alt+1' }, { a: 'ctrl+shift+k' },
		{ a: 'mod+shift+ü' }, { a: 'E' }, { a: 'hello' }, { a: ' ' }, { a: 'a b c' }, { a: 'tab' }, { a: 'super+e' }]
	for (const keys of refused) {
		const no = await set(keys)
		assert.equal(no.status, 400, JSON.stringify(keys))
		assert.ok(no.body.detail.length > 5)
	}
	assert.deepEqual((await desk.partner.get('/api/session/keys')).body.keys, good)
})

test('how one is warned: whole, checked, one\'s own', async () => {
	const before = (await desk.partner.get('/api/session/notices')).body
	conforms(answers('GET', '/api/session/notices'), before)
	assert.equal(before.mail, 'away')
	assert.equal(before.kinds.late, true)
	const wish = { desktop: false, mail: 'always', quiet: { from: '19:00', to: '08:30', weekend: true }, kinds: { reply: false } }
	const set = await desk.partner.put('/api/session/notices', wish)
	assert.equal(set.status, 200, set.text)
	const now = (await desk.partner.get('/api/session/notices')).body
	assert.deepEqual({ desktop: now.desktop, mail: now.mail, quiet: now.quiet }, { desktop: false, mail: 'always', quiet: wish.quiet })
	assert.equal(now.kinds.reply, false)
	assert.equal(now.kinds.late, true)
	assert.equal((await jonas.get('/api/session/notices')).body.desktop, true)
	assert.equal((await desk.partner.put('/api/session/notices', { ...wish, quiet: null })).body.quiet, null)
	for (const bad of [{ quiet: { from: '24:00', to: '08:00', weekend: false } }, { quiet: { from: '9', to: '10:00', weekend: false } }, { kinds: { rumour: true } }, { mail: 'often' }])
		assert.equal((await desk.partner.put('/api/session/notices', { ...wish, ...bad })).status, 400, JSON.stringify(bad))
})
