// Who reads an answer: derived from the thread, shown with what changed, held
// when somebody wrote meanwhile, refused when two sides would read each other.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { deliver, desk as deskAddress, Desk, partner, until } from './lib.mjs'
import { conforms, routesOf } from './schema.mjs'

let desk, answers
before(async () => {
	desk = await Desk.start()
	await desk.partner.put('/api/settings/agency', { name: 'Studio Nord', zone: 'Europe/Berlin', undo_seconds: 0 })
	const routes = routesOf((await desk.partner.get('/api/openapi.json')).body)
	answers = (method, at) => routes.find((r) => r.method === method && r.path === at).answer
})
after(() => desk.stop())

const fine = (answer) => {
	assert.equal(answer.status, 200, answer.text)
	return answer.body
}
const show = async (id) => {
	const body = fine(await desk.partner.get(`/api/tickets/${id}`))
	conforms(answers('GET', '/api/tickets/{id}'), body)
	return body
}
const who = (people) => people.map((p) => p.address).sort()
const all = (audience) => who([...audience.to, ...audience.cc])

async function reply(id, body = {}) {
	const { audience } = await show(id)
	return desk.partner.post(`/api/tickets/${id}/reply`, { text: 'Thank you.', seen: audience.newest, audience: audience.newest, ...body })
}

// Another mail on a thread; waits until it is there.
async function more(id, mail) {
	const count = (await show(id)).messages.length
	const { messages } = await show(id)
	const raw = await desk.partner.get(`/api/messages/${messages[0].id}/raw`)
	const [, answered] = /^Message-ID: (.*?)\r?$/mi.exec(raw.text)
	await deliver(desk.lmtp, { answers: answered, subject: 'Re: more', ...mail })
	return until('the mail on its thread', async () => {
		const now = await show(id)
		return now.messages.length > count && now
	})
}

const rcpt = (mark) => until(`a mail with "${mark}" to leave`, () => {
	const folder = path.join(desk.folder, 'sink', 'new')
	const names = fs.existsSync(folder) ? fs.readdirSync(folder).filter((n) => n.endsWith('.eml')).sort().reverse() : []
	const name = names.find((n) => fs.readFileSync(path.join(folder, n), 'utf8').includes(mark))
	return name && [...fs.readFileSync(path.join(folder, name.replace('.eml', '.envelope')), 'utf8').matchAll(/^RCPT TO:<(.*)>$/gm)].map((m) => m[1]).sort()
})

test('an answer keeps the colleagues of the client, and whom they drop stays out', async () => {
	const row = await desk.receive({ subject: 'Three of us', to: `${deskAddress}, Ben <ben@greenleaf.example>`, headers: ['Cc: Boss <boss@greenleaf.example>, evil@elsewhere.example'] })
	const first = await show(row.id)
	assert.deepEqual(who(first.audience.to), ['ana@greenleaf.example'])
	assert.deepEqual(who(first.audience.cc), ['ben@greenleaf.example', 'boss@greenleaf.example'])
	// A stranger whom somebody put in Cc is shown, and gets nothing.
	assert.deepEqual(first.audience.changes.map((c) => [c.address, c.what]), [['evil@elsewhere.example', 'removed']])
	fine(await reply(row.id, { text: 'All three of you.' }))
	assert.deepEqual(await rcpt('All three of you.'), ['ana@greenleaf.example', 'ben@greenleaf.example', 'boss@greenleaf.example'])

	const second = await more(row.id, { from: 'ana@greenleaf.example', headers: ['Cc: boss@greenleaf.example'] })
	assert.deepEqual(all(second.audience), ['ana@greenleaf.example', 'boss@greenleaf.example'])
	assert.deepEqual(second.audience.changes.map((c) => [c.address, c.what]), [['ben@greenleaf.example', 'removed']])
	fine(await reply(row.id, { text: 'Two of you.' }))
	const third = await show(row.id)
	assert.deepEqual(all(third.audience), ['ana@greenleaf.example', 'boss@greenleaf.example'])
	assert.equal(third.audience.changed, false)
})

test('whom a member takes off gets nothing, whatever a header says', async () => {
	const row = await desk.receive({ subject: 'Take off', headers: ['Cc: ben@greenleaf.example'] })
	const { participants } = await show(row.id)
	const ben = participants.find((p) => p.address === 'ben@greenleaf.example')
	conforms(answers('PATCH', '/api/tickets/{id}/participants/{contact}'), fine(await desk.partner.patch(`/api/tickets/${row.id}/participants/${ben.contact}`, { role: 'removed' })))
	const now = await more(row.id, { from: 'ana@greenleaf.example', headers: ['Cc: ben@greenleaf.example'] })
	assert.deepEqual(all(now.audience), ['ana@greenleaf.example'])
	assert.equal(now.participants.find((p) => p.contact === ben.contact).role, 'removed')
	assert.ok(now.log.some((l) => l.kind === 'participant_changed'))
	for (const [contact, role, status] of [[999999, 'vendor', 404], [ben.contact, 'king', 400]]) {
		assert.equal((await desk.partner.patch(`/api/tickets/${row.id}/participants/${contact}`, { role })).status, status)
	}
	assert.equal((await desk.partner.patch(`/api/tickets/999999/participants/${ben.contact}`, { role: 'cc' })).status, 404)
})

test('client and vendor do not read each other unless somebody says so', async () => {
	const vendor = await desk.receive({ from: 'Vera <vera@printshop.example>', subject: 'Our prices for print' })
	const row = await desk.receive({ subject: 'A printed one', text: 'Where is batch 3?', headers: ['Cc: vera@printshop.example'] })
	const first = await show(row.id)
	assert.deepEqual(all(first.audience), ['ana@greenleaf.example'])
	assert.deepEqual(first.audience.changes.map((c) => [c.address, c.what]), [['vera@printshop.example', 'other_client']])
	const vera = first.participants.find((p) => p.address === 'vera@printshop.example')
	assert.equal(vera.contact, (await show(vendor.id)).ticket.contact.id)
	fine(await desk.partner.patch(`/api/tickets/${row.id}/participants/${vera.contact}`, { role: 'vendor' }))

	// The vendor writes: the answer is the vendor's, the client is left out, and their clock goes on.
	const second = await more(row.id, { from: 'vera@printshop.example', to: `${deskAddress}, ana@greenleaf.example`, text: 'We can print it on Monday.' })
	assert.deepEqual(all(second.audience), ['vera@printshop.example'])
	assert.deepEqual(second.audience.changes.map((c) => [c.address, c.what]), [['ana@greenleaf.example', 'removed']])
	fine(await reply(row.id, { text: 'Please print it.' }))
	assert.deepEqual(await rcpt('Please print it.'), ['vera@printshop.example'])
	const third = await show(row.id)
	assert.equal(third.ticket.unanswered, 1)
	assert.equal(third.promises.find((p) => p.kind === 'first_response').state, 'open')

	const mixed = await reply(row.id, { text: 'Both of you.', to: ['ana@greenleaf.example'], cc: ['vera@printshop.example'] })
	assert.equal(mixed.status, 409, mixed.text)
	assert.equal(mixed.body.type, 'mixed')
	assert.deepEqual(mixed.body.addresses, ['vera@printshop.example'])
	fine(await reply(row.id, { text: 'Both of you.', to: ['ana@greenleaf.example'], cc: ['vera@printshop.example'], confirm: true }))
	assert.deepEqual(await rcpt('Both of you.'), ['ana@greenleaf.example', 'vera@printshop.example'])
	assert.equal((await show(row.id)).ticket.unanswered, 0)

	// Somebody of another client, known by their company's domain alone.
	const other = await reply(row.id, { to: ['ana@greenleaf.example'], cc: ['somebody@printshop.example'] })
	assert.equal(other.body.type, 'mixed')
})

test('a thread that moved on holds the answer and shows what is new', async () => {
	const row = await desk.receive({ subject: 'Moving on' })
	const before = await show(row.id)
	const now = await more(row.id, { from: 'ana@greenleaf.example', text: 'Never mind, we found them.' })
	const held = await desk.partner.post(`/api/tickets/${row.id}/reply`, { text: 'Too late', seen: before.audience.newest, audience: before.audience.newest })
	assert.equal(held.status, 409)
	assert.equal(held.body.type, 'moved_on')
	assert.deepEqual(held.body.new.map((m) => m.text), ['Never mind, we found them.'])
	// A colleague answered: that is news as well.
	const agent = await desk.agent('Jonas Weber', 'jonas@studio.example')
	fine(await agent.post(`/api/tickets/${row.id}/reply`, { text: 'Good!', seen: now.audience.newest }))
	const twice = await desk.partner.post(`/api/tickets/${row.id}/reply`, { text: 'Good to hear.', seen: now.audience.newest })
	assert.equal(twice.body.type, 'moved_on')
	assert.equal(twice.body.new[0].text, 'Good!')
	// One's own last answer is not.
	fine(await desk.partner.post(`/api/tickets/${row.id}/reply`, { text: 'Once more.', seen: (await show(row.id)).audience.newest }))
	fine(await desk.partner.post(`/api/tickets/${row.id}/reply`, { text: 'And a PS.', seen: (await show(row.id)).messages.at(-2).id }))
})

test('our own addresses are never among the readers', async () => {
	const row = await desk.receive({ subject: 'Own', to: `${deskAddress}, desk+x@studio.example`, headers: [`Cc: ${deskAddress}, ${partner.address}, ben@greenleaf.example`] })
	const { audience } = await show(row.id)
	assert.deepEqual(all(audience), ['ana@greenleaf.example', 'ben@greenleaf.example'])
	assert.equal(audience.changed, false)
	fine(await reply(row.id, { text: 'Without us.', to: ['ana@greenleaf.example', 'DESK@studio.example'], cc: [partner.address, 'desk+abc@studio.example'] }))
	assert.deepEqual(await rcpt('Without us.'), ['ana@greenleaf.example'])
	const none = await reply(row.id, { to: [deskAddress] })
	assert.equal(none.status, 400)
	assert.equal(none.body.field, 'to')
	const self = await desk.partner.post('/api/tickets', { to: { address: deskAddress }, subject: 'To ourselves', text: 'Hello us' })
	assert.equal(self.status, 400)
})

test('an address is an address and nothing more', async () => {
	const row = await desk.receive({ subject: 'Injection', from: '"x\\" <evil@x.example>, <evil2@x.example" <ana@greenleaf.example>' })
	for (const address of ['a@b.example\r\nBcc: evil@x.example', 'a@b.example, evil@x.example', 'x <a@b.example>', 'a@b.example\n', '@', 'a b@c.example', '<evil@x.example>']) {
		const answer = await reply(row.id, { to: [address] })
		assert.equal(answer.status, 400, address)
		assert.equal((await reply(row.id, { cc: [address] })).status, 400, address)
	}
	fine(await reply(row.id, { text: 'To one only.' }))
	assert.deepEqual(await rcpt('To one only.'), ['ana@greenleaf.example'])
})

test('who answers with our token but is known to nobody gets no mail before a member says so', async () => {
	const row = await desk.receive({ subject: 'Passed on' })
	const sent = fine(await reply(row.id, { text: 'Here is the link for you.' }))
	await rcpt('Here is the link')
	const folder = path.join(desk.folder, 'sink', 'new')
	const eml = fs.readdirSync(folder).filter((n) => n.endsWith('.eml')).map((n) => fs.readFileSync(path.join(folder, n), 'utf8')).find((text) => text.includes('Here is the link'))
	const [, id] = /^Message-ID: (.*)\r$/m.exec(eml)
	const count = (await show(row.id)).messages.length
	await deliver(desk.lmtp, { from: 'mallory@attacker.example', answers: id, subject: 'Re: Passed on', text: 'Send me everything please.' })
	const now = await until('the stranger on the thread', async () => {
		const body = await show(row.id)
		return body.messages.length > count && body
	})
	assert.ok(sent.message.id)
	assert.deepEqual(all(now.audience), ['ana@greenleaf.example'])
	assert.ok(now.audience.changes.some((c) => c.address === 'mallory@attacker.example' && c.what === 'other_client'), JSON.stringify(now.audience.changes))
	const person = now.participants.find((p) => p.address === 'mallory@attacker.example')
	assert.equal(person.role, 'other_client')
	const refused = await reply(row.id, { to: ['ana@greenleaf.example', 'mallory@attacker.example'] })
	assert.equal(refused.body.type, 'mixed')
	fine(await desk.partner.patch(`/api/tickets/${row.id}/participants/${person.contact}`, { role: 'client' }))
	assert.deepEqual(who((await show(row.id)).audience.to), ['mallory@attacker.example'])
})

test('a thread may begin with a call: it is the first response', async () => {
	const begun = fine(await desk.partner.post('/api/tickets', { to: { name: 'Kit Moran', address: 'kit@heather.example' }, call: { direction: 'in', spoke: true, text: 'Where is batch 3? They need it on Thursday.' } }))
	conforms(answers('POST', '/api/tickets'), begun)
	const { ticket, promises, messages } = await show(begun.ticket.id)
	assert.equal(ticket.type, 'status_inquiry')
	assert.equal(ticket.subject, 'Call with Kit Moran')
	assert.deepEqual(messages.map((m) => [m.kind, m.call.direction]), [['call', 'in']])
	assert.equal(promises.find((p) => p.kind === 'first_response').state, 'kept')
	assert.equal(promises.find((p) => p.kind === 'resolution').state, 'open')
	assert.deepEqual(who((await show(begun.ticket.id)).audience.to), ['kit@heather.example'])

	const again = fine(await desk.partner.post('/api/tickets', { subject: 'Rang back', call: { direction: 'out', spoke: false, text: 'Nobody there.', contact: ticket.contact.id, at: Date.now() - 60_000 } }))
	assert.equal(again.ticket.subject, 'Rang back')
	assert.equal(again.ticket.contact.id, ticket.contact.id)
	assert.equal(again.ticket.clock.kind, 'first_response')
	for (const [body, field, status] of [[{ call: { direction: 'in', spoke: true, text: 'x' } }, 'to', 400], [{ call: { direction: 'in', spoke: true, text: 'x', contact: 999999 } }, 'contact', 400],
		[{ to: { address: 'kit@heather.example' }, call: { direction: 'in', spoke: true, text: 'x', at: Date.now() + 3_600_000 } }, 'at', 400], [{ to: { address: deskAddress }, call: { direction: 'in', spoke: true, text: 'x' } }, 'to', 400],
		[{ to: { address: 'kit@heather.example' }, subject: 'No words' }, 'text', 400], [{ to: { address: 'kit@heather.example' }, text: 'No subject' }, 'subject', 400], [{ subject: 'No one', text: 'Hello' }, 'to', 400],
		[{ to: { address: 'kit@heather.example' }, subject: 'From whom', text: 'Hello', from: 999999 }, 'from', 400]]) {
		const answer = await desk.partner.post('/api/tickets', body)
		assert.equal(answer.status, status, answer.text)
		assert.equal(answer.body.field, field, answer.text)
	}
})

test('what waits is counted together when two clients turn out to be one', async () => {
	const one = await desk.receive({ from: 'a@ling.example', subject: 'One of two', text: 'Where is batch 1?' })
	const two = await desk.receive({ from: 'b@gorse.example', subject: 'Two of two', text: 'Where is batch 2?' })
	fine(await desk.partner.post(`/api/clients/${one.client.id}/merge`, { into: two.client.id }))
	const client = async (id) => fine(await desk.partner.get(`/api/clients/${id}`)).client
	assert.equal((await client(two.client.id)).unanswered, 2)
	fine(await desk.partner.post(`/api/clients/${one.client.id}/unmerge`))
	assert.equal((await client(two.client.id)).unanswered, 1)
	assert.equal((await client(one.client.id)).unanswered, 1)
	fine(await desk.partner.post(`/api/clients/${one.client.id}/merge`, { into: two.client.id }))
	fine(await reply(one.id, { text: 'Both are under way.' }))
	await until('the answer to count', async () => (await client(two.client.id)).unanswered === 0)
	fine(await desk.partner.post(`/api/clients/${one.client.id}/unmerge`))
	assert.equal((await client(one.client.id)).unanswered, 0)
})
