// The search language through the API: one reading for search, lists, counts
// and views; what is wrong is told with its place; hits and suggestions.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { deliver, Desk, until } from './lib.mjs'
import { conforms, routesOf } from './schema.mjs'

let desk, agent, answers, rows

const list = async (q, more = '') => (await desk.partner.get(`/api/tickets?q=${encodeURIComponent(q)}${more}`))
const subjects = async (q, more = '') => {
	const answer = await list(q, more)
	assert.equal(answer.status, 200, `${q}: ${answer.text}`)
	conforms(answers('GET', '/api/tickets'), answer.body)
	return answer.body.tickets.map((t) => t.subject)
}
const found = async (q) => {
	const answer = await desk.partner.get(`/api/search?q=${encodeURIComponent(q)}`)
	assert.equal(answer.status, 200, `${q}: ${answer.text}`)
	conforms(answers('GET', '/api/search'), answer.body)
	return answer.body
}
const same = async (q, wanted) => {
	assert.deepEqual((await subjects(q)).sort(), [...wanted].sort(), q)
	const count = await desk.partner.get(`/api/tickets/count?q=${encodeURIComponent(q)}`)
	assert.equal(count.body.count, wanted.length, `count of ${q}`)
	assert.deepEqual((await found(q)).tickets.map((t) => t.subject).sort(), q === '' ? [] : [...wanted].sort(), `search ${q}`)
}

before(async () => {
	desk = await Desk.start()
	agent = await desk.agent()
	const routes = routesOf((await desk.partner.get('/api/openapi.json')).body)
	answers = (method, path) => routes.find((r) => r.method === method && r.path === path).answer
	rows = {}
	const mails = {
		status: { subject: 'Where is batch seven', from: 'Ana Ruiz <ana@greenleaf.example>', text: 'Where are we with the files of batch seven? The invoice can wait two days.' },
		price: { subject: 'Price of retouching', from: 'Ben Cole <ben@marlow.example>', text: 'How much does it cost to retouch a hundred pictures? Two long days of work, I guess.' },
		broken: { subject: 'Wrong colours', from: 'Cara Lind <cara@norden.example>', text: 'The colours of the delivered files are wrong again, this is not acceptable. See invoice 42.' },
	}
	for (const [key, mail] of Object.entries(mails)) rows[key] = await desk.receive(mail)
})
after(() => desk.stop())

test('words, phrases and what must not be there', async () => {
	await same('invoice', ['Where is batch seven', 'Wrong colours'])
	await same('invoice files', ['Where is batch seven', 'Wrong colours'])
	await same('"two days"', ['Where is batch seven'])
	await same('"days two"', [])
	await same('invoice -"two days"', ['Wrong colours'])
	await same('-invoice', ['Price of retouching'])
	await same('-invoice -retouch', [])
	// The last word is a beginning while it is typed; not what stands before.
	await same('retou', ['Price of retouching'])
	await same('retou ', [])
})

test('who wrote, to whom, about what', async () => {
	await same('from:ana', ['Where is batch seven'])
	await same('from:ben@marlow.example', ['Price of retouching'])
	await same('from:files', [])
	await same('-from:ana -from:ben', ['Wrong colours'])
	await same('to:desk', ['Where is batch seven', 'Price of retouching', 'Wrong colours'])
	await same('subject:batch', ['Where is batch seven'])
	await same('subject:invoice', [])
	await same('subject:"batch seven" invoice', ['Where is batch seven'])
	const client = rows.price.client
	await same(`client:${client.id}`, ['Price of retouching'])
	await same(`client:"${client.name}"`, ['Price of retouching'])
	await same(`-client:${client.id}`, ['Where is batch seven', 'Wrong colours'])
	await same('client:marlow,norden', ['Price of retouching', 'Wrong colours'])
	await same('client:nobodyever', [])
})

test('what a thread is', async () => {
	assert.deepEqual([rows.status.type, rows.price.type, rows.broken.type], ['status_inquiry', 'pricing', 'issue'])
	await same('type:issue', ['Wrong colours'])
	await same('type:issue,pricing', ['Wrong colours', 'Price of retouching'])
	await same('-type:issue', ['Where is batch seven', 'Price of retouching'])
	await same('state:new', ['Where is batch seven', 'Price of retouching', 'Wrong colours'])
	await same('is:closed', [])
	const me = (await agent.get('/api/session')).body.member
	await desk.partner.post(`/api/tickets/${rows.price.id}/assign`, { member: me.id })
	await same('owner:jonas', ['Price of retouching'])
	await same('owner:none', ['Where is batch seven', 'Wrong colours'])
	await same('is:unassigned -type:issue', ['Where is batch seven'])
	await same('is:mine', [])
	assert.deepEqual((await agent.get('/api/tickets?q=is:mine')).body.tickets.map((t) => t.subject), ['Price of retouching'])
	await desk.partner.post(`/api/tickets/${rows.price.id}/notes`, { text: 'Ask Daniel about the rate card.' })
	await same('has:note', ['Price of retouching'])
	await same('rate card -has:call', ['Price of retouching'])
	await desk.partner.post(`/api/tickets/${rows.broken.id}/flags`, { text: 'They are angry.' })
	await same('is:flagged', (await desk.partner.get('/api/tickets?view=flagged')).body.tickets.map((t) => t.subject))
	await same('due:2h', ['Where is batch seven', 'Price of retouching', ...(await subjects('due:2h')).filter((s) => s === 'Wrong colours')])
	await same('due:late', [])
	await same('is:late', [])
	await same('-due:late', ['Where is batch seven', 'Price of retouching', 'Wrong colours'])
	await same('after:today', ['Where is batch seven', 'Price of retouching', 'Wrong colours'])
	await same('before:today', [])
	await same('after:1h before:2200-01-01', ['Where is batch seven', 'Price of retouching', 'Wrong colours'])
	await desk.partner.post(`/api/tickets/${rows.status.id}/state`, { state: 'waiting_client' })
	await same('is:waiting', ['Where is batch seven'])
	await same('is:open is:waiting invoice', ['Where is batch seven'])
	await desk.partner.post(`/api/tickets/${rows.status.id}/state`, { state: 'open' })
})

test('what one follows, is named in, or is writing', async () => {
	const me = (await desk.partner.get('/api/session')).body.member
	await desk.partner.post(`/api/tickets/${rows.price.id}/follow`, { following: true })
	await same('is:following', ['Price of retouching'])
	await agent.post(`/api/tickets/${rows.broken.id}/notes`, { text: 'Lena, have a look.', mentions: [me.id] })
	await same('is:mentioned', ['Wrong colours'])
	await same('-is:following -is:mentioned', ['Where is batch seven'])
	assert.equal((await desk.partner.put(`/api/tickets/${rows.status.id}/draft`, { text: 'Soon', kind: 'reply', version: 0 })).status, 200)
	await same('has:draft', ['Where is batch seven'])
})

test('orders and pages', async () => {
	const newest = await subjects('', '&order=newest')
	assert.deepEqual(await subjects('', '&order=oldest'), [...newest].reverse())
	const inbox = (await desk.partner.get('/api/tickets?view=open')).body.tickets.map((t) => t.subject)
	assert.deepEqual(await subjects('is:open', '&order=due'), inbox)
	for (const order of ['due', 'newest', 'oldest']) {
		for (const q of ['', 'is:open', 'files', '-nothing', 'client:marlow,norden']) {
			const whole = await subjects(q, `&order=${order}`)
			const paged = []
			let next = null
			do {
				const answer = await list(q, `&order=${order}&limit=1${next ? `&after=${next}` : ''}`)
				paged.push(...answer.body.tickets.map((t) => t.subject))
				next = answer.body.next
			} while (next)
			assert.deepEqual(paged, whole, `${q} by ${order}`)
		}
	}
	assert.equal((await list('is:open', '&after=nonsense')).status, 400)
})

test('what is not understood is refused with its place and what comes near', async () => {
	for (const [q, start, end, suggest] of [['invoice is:flaged', 8, 17, 'is:flagged'], ['é frm:ana', 2, 9, 'from:ana'], ['owner:jonsa', 0, 11, undefined], ['is:zzz', 0, 6, undefined]]) {
		for (const path of ['/api/tickets', '/api/tickets/count', '/api/search']) {
			const answer = await desk.partner.get(`${path}?q=${encodeURIComponent(q)}`)
			assert.equal(answer.status, 400, `${path} ${q}`)
			assert.deepEqual([answer.body.start, answer.body.end], [start, end], q)
			if (suggest) assert.equal(answer.body.suggest, suggest)
			assert.ok(answer.body.detail.length > 10)
		}
	}
	assert.equal((await list('a '.repeat(40))).status, 400)
	assert.equal((await list('x'.repeat(1001))).status, 400)
	for (const q of ['"', '-', '":"', 'from:', '((( AND OR NOT', "'; DROP TABLE ticket; --", '*', '-"', ',,,', 'type:,']) assert.ok([200, 400].includes((await list(q)).status), q)
})

test('a slip of the finger is offered the word that was meant', async () => {
	assert.equal((await found('retuoching')).suggest, 'retouching')
	assert.equal((await found('is:open acceptble ')).suggest, 'is:open acceptable ')
	assert.equal((await found('zzzzzzz')).suggest, undefined)
	assert.equal((await found('colours')).suggest, undefined)
	assert.equal((await list('xnvoice')).body.suggest, 'invoice')
})

test('hits in lists, and in the thread that they lead to', async () => {
	const [row] = (await found('invoice type:issue')).tickets
	assert.ok(row.hit.parts.some((p) => p.hit && p.text === 'invoice'))
	const answer = await desk.partner.get(`/api/tickets/${row.id}?q=${encodeURIComponent('invoice type:issue "files are"')}`)
	conforms(answers('GET', '/api/tickets/{id}'), answer.body)
	const [message] = answer.body.messages
	const letters = [...message.text]
	assert.deepEqual(message.hits.map((h) => letters.slice(h.start, h.end).join('')), ['files', 'are', 'invoice'])
	assert.equal((await desk.partner.get(`/api/tickets/${row.id}`)).body.messages[0].hits, undefined)
	assert.equal((await desk.partner.get(`/api/tickets/${row.id}?q=is:zzz`)).status, 400)
})

test('merged threads are found on the one that stayed; snoozed ones are found', async () => {
	const one = await desk.receive({ subject: 'Merge one', from: 'dora@halden.example', id: '<m1@halden.example>', text: 'The banners with the zebra motif' })
	const two = await desk.receive({ subject: 'Merge two', from: 'dora@halden.example', id: '<m2@halden.example>', text: 'Another question entirely' })
	await desk.partner.post(`/api/tickets/${one.id}/merge`, { into: two.id })
	await same('zebra', ['Merge two'])
	await same('is:merged', ['Merge one'])
	await same('is:merged zebra', ['Merge one'])
	await desk.partner.post(`/api/tickets/${two.id}/snooze`, { until_at: Date.now() + 86_400_000 * 30, note: 'after the fair' })
	await same('zebra', ['Merge two'])
	await same('is:snoozed', ['Merge two'])
	await same('is:open zebra', [])
	await same('-is:snoozed zebra', [])
	await deliver(desk.lmtp, { subject: 'Re: Merge two', from: 'dora@halden.example', answers: '<m2@halden.example>', text: 'Hello?' })
	await until('it wakes', async () => (await subjects('is:open zebra')).length === 1)
})
