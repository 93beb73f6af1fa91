// The rights matrix: every route of the document, every role, ids that are not
// there; and every answer that a role gets has only the fields that its schema
// names.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import { after, before, test } from 'node:test'
import { Desk } from './lib.mjs'
import { conforms, routesOf } from './schema.mjs'

let desk, agent, nobody, routes, ticket
const golden = new URL('../case/api/rights.txt', import.meta.url)

before(async () => {
	desk = await Desk.start()
	agent = await desk.agent()
	nobody = desk.visitor()
	ticket = await desk.receive({ text: 'Hi, where are we with the 1,200 edits? I am really frustrated, this is the third time.' })
	routes = routesOf((await desk.partner.get('/api/openapi.json')).body)
})
after(() => desk.stop())

const missing = 999_999_999
const fill = (path, id) => path.replace('{id}', id).replace(/\{\w+\}/, '1')
const partnersOnly = ['settings_write', 'member_write', 'audit_read']

// The smallest body that a schema lets through.
function least(schema) {
	if (!schema) return undefined
	if ([schema.type].flat().includes('null')) return null
	if (schema.enum) return schema.enum[0]
	if (schema.type === 'array') return []
	if (schema.type === 'boolean') return true
	if (schema.type === 'integer') return Math.max(schema.minimum ?? 0, 1) === 1 ? missing : schema.minimum
	if (schema.type === 'string') return 'x'.repeat(Math.min(schema.maxLength ?? 12, 12))
	const { properties = {}, required = [] } = schema
	return Object.fromEntries(required.map((name) => [name, least(properties[name])]))
}

function ask(visitor, route, id) {
	const target = fill(route.path, id) + (route.path === '/api/search' ? '?q=x' : '')
	if (route.method === 'GET') return visitor.get(target)
	return visitor.ask(route.method, target, { body: least(route.body) ?? {} })
}

test('the document has the routes and rights that were reviewed', () => {
	const reviewed = fs.readFileSync(golden, 'utf8').split('\n').filter((line) => line && !line.startsWith('#')).map((line) => line.split(/\s+/).slice(0, 3))
	assert.deepEqual(routes.map((r) => [r.method, r.path, r.right]), reviewed)
})

test('nobody gets anything but the way in', async () => {
	for (const route of routes) {
		if (route.path === '/api/stream') continue
		const answer = await ask(nobody, route, ticket.id)
		if (route.right !== 'public') assert.equal(answer.status, 401, `${route.method} ${route.path}`)
		else assert.notEqual(answer.status, 200, `${route.method} ${route.path}`)
	}
})

test('an agent is refused what is a partner\'s', async () => {
	const partners = routes.filter((r) => partnersOnly.includes(r.right))
	assert.ok(partners.length >= 7)
	const before = (await desk.partner.get('/api/session')).body.seq
	for (const route of partners) {
		for (const id of [ticket.id, missing]) {
			const answer = await ask(agent, route, id)
			assert.equal(answer.status, 403, `${route.method} ${route.path}`)
		}
	}
	assert.equal((await desk.partner.get('/api/session')).body.seq, before, 'nothing was written')
})

test('what is not there is a 404, whoever asks and whatever is missing', async () => {
	let text = null
	for (const visitor of [desk.partner, agent]) {
		for (const route of routes.filter((r) => r.path.includes('{id}') && !partnersOnly.includes(r.right))) {
			const answer = await ask(visitor, route, missing)
			assert.equal(answer.status, 404, `${route.method} ${route.path}: ${answer.text}`)
			if (route.method === 'GET') {
				text ??= answer.text
				assert.equal(answer.text, text, route.path)
			}
		}
	}
})

test('answers hold what their schema names and nothing else', async () => {
	const { messages, promises } = (await desk.partner.get(`/api/tickets/${ticket.id}`)).body
	const ids = { tickets: ticket.id, clients: ticket.client.id, messages: messages[0].id, promises: promises[0].id }
	for (const visitor of [desk.partner, agent]) {
		for (const route of routes.filter((r) => r.method === 'GET' && r.answer)) {
			const id = ids[route.path.split('/')[2]]
			if (route.path === '/api/setup' || (visitor === agent && partnersOnly.includes(route.right)) || (route.path.includes('{id}') && !id)) continue
			const answer = await visitor.get(fill(route.path, id) + (route.path === '/api/search' ? '?q=edits' : ''))
			assert.equal(answer.status, 200, `${route.path}: ${answer.text}`)
			conforms(route.answer, answer.body, route.path)
			assert.doesNotMatch(answer.text, /\$argon2|"(password|password_hash|hash|salt|token)":/i, route.path)
		}
	}
})

test('fields that are not theirs to write are refused everywhere', async () => {
	const columns = ['id', 'seq', 'role', 'stage', 'created_at', 'opened_at', 'rank', 'points', 'assignee', 'actor', 'client', 'verified', 'password_hash', 'merged_into']
	for (const route of routes.filter((r) => r.body)) {
		for (const column of columns.filter((c) => !(c in route.body.properties))) {
			const body = { ...least(route.body), [column]: 1 }
			const answer = await desk.partner.ask(route.method, fill(route.path, ticket.id), { body })
			assert.ok([400, 404].includes(answer.status), `${route.method} ${route.path} ${column}: ${answer.text}`)
		}
	}
})

test('the stream is for those who may read tickets', async () => {
	const stream = await nobody.stream().open()
	assert.equal(stream.status, 401)
	await stream.close()
	const live = await agent.stream().open()
	assert.equal(live.status, 200)
	assert.match(live.headers.get('content-type'), /^text\/event-stream/)
	await live.close()
})
