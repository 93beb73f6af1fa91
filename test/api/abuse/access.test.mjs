// What members, programs and strangers may not do: one case a row, by the id of
// the abuse list. `how` does it and gives what `oracle` judges; after every row
// the program must live, and no canary may have been seen by who may not.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import { after, before, test } from 'node:test'
import { file, head, opened, rawMail, sent, sunk, thread } from '../abuse_lib.mjs'
import { commandId, Desk, partner, rawRequest, until } from '../lib.mjs'

const canary = 'CANARY-c0ffee'
let desk, a1, a2, ex, ticket, receiver
const hooked = []

before(async () => {
	receiver = http.createServer((request, response) => {
		let text = ''
		request.on('data', (piece) => { text += piece })
		request.on('end', () => { hooked.push(text); response.writeHead(204).end() })
	}).listen(0, '127.0.0.1')
	await once(receiver, 'listening')
	desk = await Desk.start({ args: ['--webhook-networks', '127.0.0.0/8'] })
	await desk.partner.put('/api/settings/agency', { name: 'Studio Nord', zone: 'Europe/Berlin', undo_seconds: 0 })
	a1 = await desk.agent('Anna Eins', 'a1@studio.example')
	a2 = await desk.agent('Arne Zwei', 'a2@studio.example')
	ex = await desk.agent('Ed Ex', 'ex@studio.example')
	await desk.partner.patch(`/api/members/${await idOf(ex)}`, { active: false })
	ticket = await desk.receive({ subject: 'The case', text: 'Where are we?' })
	await a1.post(`/api/tickets/${ticket.id}/notes`, { text: `${canary} they never pay` })
})
after(async () => {
	receiver.closeAllConnections()
	receiver.close()
	await desk.stop()
})

const idOf = async (visitor) => (await visitor.get('/api/session')).body.member.id
const seq = async () => (await desk.partner.get('/api/session')).body.seq
const stranger = () => desk.visitor()
const as = (token) => ({ headers: { Authorization: `Bearer ${token}`, 'Holdfast-Command': null } })
const token = async (visitor, rights) => (await visitor.post('/api/tokens', { name: 't', rights, expires_at: null })).body.token
const link = async (id) => (await desk.partner.post(`/api/members/${id}/invite`)).body.link.split('#')[1]
const upload = (visitor, name, type) => visitor.ask('POST', '/api/uploads', { raw: '<script>1</script>', headers: { 'Content-Type': type, 'Holdfast-Name': encodeURIComponent(name) } })
let number = 0
const newcomer = async () => (await desk.partner.post('/api/members', { name: 'New', address: `new${++number}@studio.example`, role: 'agent' })).body.member.id
const statuses = (answers) => answers.map((a) => a.status)
const all = (allowed) => (answers) => { for (const answer of answers) assert.ok(allowed.includes(answer.status), `${answer.status}: ${answer.text.slice(0, 200)}`) }
const strings = ["' OR 1=1 --", '"; DROP TABLE ticket; --', '* OR *', 'NEAR(a b)', '%', '_', '\\', '$.a', 'a"b', "x' UNION SELECT hash FROM session --", '{subject}:x', '(((((', 'a AND', '^a', '-', ':', '"']

const rows = [
	{ id: 'AC-021', what: 'a link is looked at by a scanner before it is used', how: async () => {
		const one = await link(await newcomer())
		for (const method of ['GET', 'HEAD', 'GET']) await stranger().ask(method, `/sign-in?token=${one}`)
		return [await stranger().post('/api/session', { token: one }), await stranger().post('/api/session', { token: one })]
	}, oracle: (answers) => assert.deepEqual(statuses(answers), [200, 403]) },
	{ id: 'AC-022', what: '50 at once with one link', how: async () => {
		const one = await link(await newcomer())
		return Promise.all(Array.from({ length: 50 }, () => stranger().post('/api/session', { token: one })))
	}, oracle: (answers) => assert.equal(answers.filter((a) => a.status === 200).length, 1) },
	{ id: 'AC-023', what: 'things that are no token, or another\'s', how: async () => {
		const one = await link(await newcomer())
		const api = await token(a1, ['ticket_read'])
		const wrong = ['', '%', '_', '*', 'null', '0', one.slice(0, -1), `${one}A`, `${one.slice(0, -1)}${one.at(-1) === 'A' ? 'B' : 'A'}`, api, api.slice(4), a1.cookie.split('=')[1]]
		const answers = []
		for (const value of wrong) answers.push(await stranger().post('/api/session', { token: value }))
		for (const value of [[one], { a: one }, 0, null, true]) answers.push(await stranger().post('/api/session', { token: value }))
		answers.push(await stranger().post('/api/session', { token: 'x'.repeat(1 << 18) }))
		return answers
	}, oracle: all([400, 403, 413]) },
	{ id: 'AC-024', what: 'an invitation asked for under another host', how: async () => {
		const id = await newcomer()
		const bytes = (headers, target = `/api/members/${id}/invite`) => rawRequest(desk.port, `POST ${target} HTTP/1.1\r\n${headers}\r\nCookie: ${desk.partner.cookie}\r\nContent-Type: application/json\r\nHoldfast-Command: ${commandId()}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`)
		const host = `Host: 127.0.0.1:${desk.port}`
		const answers = [await bytes('Host: evil.example'), await bytes(`${host}\r\nHost: evil.example`), await bytes(host, `http://evil.example/api/members/${id}/invite`), await bytes(`${host}\r\nX-Forwarded-Host: evil.example\r\nForwarded: host=evil.example`)]
		const mails = await until('the mail', () => sunk(desk).filter((m) => m.recipients[0] === `new${number}@studio.example`).length && sunk(desk))
		return { answers, mails }
	}, oracle: ({ answers, mails }) => {
		for (const answer of answers.slice(0, 3)) assert.ok([400, 404, 421].includes(answer.status), answer.text)
		assert.equal(answers[3].status, 200, answers[3].text)
		assert.ok(!answers[3].text.includes('evil') && mails.every((m) => !m.raw.includes('evil.example')))
	} },
	{ id: 'AC-027', what: '30 invitations to one person', how: async () => {
		const id = await newcomer()
		for (let i = 0; i < 30; i++) await desk.partner.post(`/api/members/${id}/invite`)
		await until('the mails', () => sunk(desk).filter((m) => m.recipients[0] === `new${number}@studio.example`).length >= 2)
		return sunk(desk).filter((m) => m.recipients[0] === `new${number}@studio.example`).length
	}, oracle: (count) => assert.ok(count <= 3, `${count} mails`) },
	{ id: 'AC-029', what: 'a password, name or code of megabytes', how: async () => {
		const answers = []
		for (const body of [{ address: partner.address, password: 'x'.repeat(10 << 20) }, { address: 'x'.repeat(10 << 20), password: 'x' }, { address: partner.address, password: 'x', code: '1'.repeat(1 << 20) }, { address: partner.address, password: 'x', code: '1'.repeat(1000) }])
			answers.push(await stranger().post('/api/session', body).catch(() => ({ status: 413, text: 'cut off' })))
		return answers
	}, oracle: all([400, 413]) },
	{ id: 'AC-030', what: 'a session that the browser brought', how: async () => {
		const visitor = stranger()
		visitor.cookie = `holdfast=${'B'.repeat(43)}`
		await visitor.post('/api/session', { address: 'a2@studio.example', password: 'battery staple horse' })
		return [await stranger().get('/api/tickets', { headers: { Cookie: `holdfast=${'B'.repeat(43)}` } }), await stranger().get(`/api/tickets?holdfast=${visitor.cookie.split('=')[1]}`), await stranger().get('/api/tickets', { headers: { Cookie: `${visitor.cookie}; ${visitor.cookie}` } })]
	}, oracle: all([400, 401]) },
	{ id: 'AC-031', what: 'a token is taken back while its stream is open', how: async () => {
		const { body } = await a2.post('/api/tokens', { name: 'live', rights: ['ticket_read'], expires_at: null })
		const stream = await stranger().stream('/api/stream', { Authorization: `Bearer ${body.token}` }).open()
		const began = Date.now()
		await a2.delete(`/api/tokens/${body.created.id}`)
		await until('the end', () => stream.ended)
		return { status: stream.status, took: Date.now() - began }
	}, oracle: ({ status, took }) => assert.ok(status === 200 && took < 5000, `${status} ${took}`) },
	{ id: 'AC-033', what: 'ids of sessions and tokens anywhere but in their header', how: async () => {
		const api = await token(a1, ['ticket_read'])
		const texts = [desk.said]
		for (const path of ['/api/session', '/api/session/sessions', '/api/tokens', '/api/members', '/api/health', '/api/openapi.json', '/', '/t/1']) texts.push((await a1.get(path)).text)
		return { texts, secrets: [api, a1.cookie.split('=')[1], desk.partner.cookie.split('=')[1]], policy: (await a1.get('/')).headers.get('referrer-policy') }
	}, oracle: ({ texts, secrets, policy }) => {
		assert.equal(policy, 'no-referrer')
		for (const text of texts) for (const secret of secrets) assert.ok(!text.includes(secret))
	} },
	{ id: 'AC-035', what: 'headers of a proxy that is none', how: async () => {
		const huge = 'x'.repeat(6000)
		return Promise.all([{ 'X-Remote-User': partner.address }, { 'X-Forwarded-For': '1.2.3.4', 'X-Forwarded-User': 'admin' }, { 'X-Real-IP': huge }, { Forwarded: 'for=<script>' }].map((headers) => stranger().get('/api/tickets', { headers })))
	}, oracle: (answers) => { for (const a of answers) assert.ok([400, 401, 431].includes(a.status) && !/script|1\.2\.3\.4/.test(a.text)) } },
	{ id: 'AC-045, AC-046', what: 'attachments that claim to be pages', how: async () => {
		const types = ['text/html', 'image/svg+xml', 'application/xhtml+xml', 'text/xml', 'application/javascript', 'application/pdf', 'message/rfc822', 'text/html; x', 'image/png', '', 'x'.repeat(2000)]
		const parts = types.map((type, i) => ['--part', ...(type ? [`Content-Type: ${type}`] : []), `Content-Disposition: attachment; filename="a${i}.html"`, '', '<svg onload=alert(1)><script>1</script>', ''].join('\r\n'))
		await file(desk, [...head({ subject: 'Typed' }), 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=part', '', ...parts, '--part--', ''].join('\r\n'))
		const [message] = (await thread(desk, (await opened(desk, 'Typed')).id)).messages
		return Promise.all(message.attachments.map(({ n }) => a1.get(`/api/messages/${message.id}/attachments/${n}`)))
	}, oracle: (answers) => {
		assert.ok(answers.length >= 9)
		for (const { headers } of answers) {
			assert.match(headers.get('content-disposition'), /^attachment/)
			assert.equal(headers.get('x-content-type-options'), 'nosniff')
			assert.match(headers.get('content-security-policy'), /sandbox/)
			assert.equal(headers.get('set-cookie'), null)
			assert.ok(!/html|svg|script|xml/.test(headers.get('content-type')), headers.get('content-type'))
		}
	} },
	{ id: 'AC-048', what: 'attachments without a session, of a member who is gone, by numbers', how: async () => {
		const { messages } = await thread(desk, (await opened(desk, 'Typed')).id)
		const path = `/api/messages/${messages[0].id}/attachments/1`
		return { closed: [await stranger().get(path), await ex.get(path), await stranger().get(`${path}?token=1`)], none: await Promise.all([0, 99, -1, '1e0', '01', 2 ** 53, '1%00'].map((n) => a1.get(`/api/messages/${messages[0].id}/attachments/${n}`))) }
	}, oracle: ({ closed, none }) => { all([400, 401])(closed); all([400, 404])(none) } },
	{ id: 'AC-049', what: 'a file that another member put up', how: async () => {
		const { body } = await upload(a1, 'a.txt', 'text/plain')
		const { messages } = await thread(desk, ticket.id)
		return [await a2.post(`/api/tickets/${ticket.id}/reply`, { text: 'x', seen: messages.at(-1).id, attachments: [body.id] }), await a2.post(`/api/tickets/${ticket.id}/reply`, { text: 'x', seen: messages.at(-1).id, attachments: [999999] })]
	}, oracle: all([400, 404, 409]) },
	{ id: 'AC-054', what: 'words that another program would run', how: async () => {
		const make = (text) => a1.post('/api/canned', { name: 'Evil', shortcut: 'evil', text, brand: null, shared: 'mine' })
		const refused = [await make('{{7*7}}'), await make('{{me.password_hash}}'), await make('{{{{me.name}}}}')]
		await file(desk, rawMail(head({ subject: 'Template', from: '"{{agency.name}} %n" <t@template.example>' })))
		const row = await opened(desk, 'Template')
		const { body } = await make('${x} <%= 1 %> {%x%} %s%n%99999999d {{contact.name}}')
		const preview = await a1.post(`/api/canned/${body.canned.id}/preview`, { ticket: row.id })
		return { refused, preview, mail: await sent(desk, row.id, { text: '{{7*7}} ${x} %s%n' }) }
	}, oracle: ({ refused, preview, mail }) => {
		all([400])(refused)
		assert.equal(preview.body.text, '${x} <%= 1 %> {%x%} %s%n%99999999d {{agency.name}} %n')
		assert.ok(mail.raw.includes('{{7*7}}') && mail.raw.includes('%s%n'))
	} },
	{ id: 'AC-060', what: 'somewhere else to go after sign-in', how: () => Promise.all(['//evil.example', '/%5Cevil.example', 'https:evil.example', '/%09/evil', '%0d%0aX: y', 'javascript:1'].map((next) => stranger().get(`/sign-in?next=${next}`))),
		oracle: (answers) => { for (const a of answers) assert.ok(a.status < 300 || a.status >= 400, a.headers.get('location')) } },
	{ id: 'AC-061, AC-062', what: 'another site frames, fetches, listens', how: async () => ({ page: await a1.get('/'), cross: await Promise.all([{ Origin: 'https://evil.example' }, { 'Sec-Fetch-Site': 'cross-site' }, { 'Sec-Fetch-Site': 'same-site' }, { Origin: 'null' }].flatMap((headers) => ['/api/tickets', '/api/stream', '/api/export/tickets', '/api/docs'].map((path) => a1.get(path, { headers })))) }),
		oracle: ({ page, cross }) => { assert.match(page.headers.get('content-security-policy'), /frame-ancestors 'none'/); all([403])(cross); for (const a of cross) assert.equal(a.headers.get('access-control-allow-origin'), null) } },
	{ id: 'AC-063', what: 'a change by GET, as a form, or with the method in a header', how: async () => {
		const was = await seq()
		const path = `/api/tickets/${ticket.id}/notes`
		const answers = [await a1.get(path), await a1.ask('HEAD', path), await a1.post(path, { text: 'x' }, { headers: { 'Content-Type': 'text/plain' } }), await a1.post(path, { text: 'x' }, { headers: { 'Holdfast-Command': null } }), await a1.post(path, { text: 'x' }, { headers: { Origin: 'https://evil.example' } }),
			await a1.get('/api/session', { headers: { 'X-HTTP-Method-Override': 'DELETE' } }), await a1.get('/api/webhooks/1/test'), await a1.ask('HEAD', '/api/members/1/invite')]
		return { answers, moved: await seq() - was }
	}, oracle: ({ answers, moved }) => { all([400, 403, 404, 405, 415])(answers); assert.equal(moved, 0) } },
	{ id: 'AC-066', what: 'what a program may not read, by every side door', how: async () => {
		const clients = await token(a1, ['client_read'])
		const paths = ['/api/tickets', `/api/tickets/${ticket.id}`, '/api/search?q=CANARY', '/api/tickets?q=CANARY', '/api/counts', '/api/export/tickets', '/api/export/messages', '/api/export/promises', '/api/export/events', '/api/audit', '/api/stream', `/api/tickets/${ticket.id}/draft`, '/api/quarantine', '/api/views/counts']
		return Promise.all(paths.map(async (path) => ({ path, ...await stranger().get(path, as(clients)) })))
	}, oracle: (answers) => { for (const a of answers) assert.ok([403, 404].includes(a.status) && !a.text.includes(canary), `${a.path} ${a.status}`) } },
	{ id: 'AC-066', what: 'a webhook tells its owner no more than they may see', how: async () => {
		const { body: { member } } = await desk.partner.post('/api/members', { name: 'Two', address: 'two@studio.example', role: 'partner', password: 'battery staple horse' })
		const two = await desk.signIn('two@studio.example', 'battery staple horse')
		const { body } = await two.post('/api/settings/webhooks', { name: 'x', url: `http://127.0.0.1:${receiver.address().port}/`, kinds: [] })
		await desk.partner.patch(`/api/members/${member.id}`, { active: false })
		await a1.post(`/api/tickets/${ticket.id}/notes`, { text: `${canary} again` })
		await until('it to stop', async () => (await desk.partner.get('/api/settings/webhooks')).body.webhooks.find((w) => w.id === body.webhook.id).state === 'stopped')
		return hooked.filter((text) => text.includes(`${canary} again`)).length
	}, oracle: (count) => assert.equal(count, 0) },
	{ id: 'AC-071', what: 'a draft of one is sent by another', how: async () => {
		await file(desk, rawMail(head({ subject: 'Drafted', from: 'd@draft.example' })))
		const { id } = await opened(desk, 'Drafted')
		await a1.put(`/api/tickets/${id}/draft`, { text: 'By Anna', html: null, to: [], cc: [], attachments: [], kind: 'reply', version: 0, take: false, ready: false })
		const { messages } = await thread(desk, id)
		const answer = await a2.post(`/api/tickets/${id}/reply`, { text: 'By Anna', seen: messages.at(-1).id })
		return { answer, a2: await idOf(a2) }
	}, oracle: ({ answer, a2: id }) => { assert.equal(answer.status, 200, answer.text); assert.equal(answer.body.message.from.member, id) } },
	{ id: 'AC-074', what: 'other spellings of a path', how: () => Promise.all(['//api/tickets', '/api//tickets', '/api/./tickets', '/api/x/../tickets', '/api/%74ickets', '/api/tickets/', '/api/tickets;x', '/API/tickets', '/api/tickets%00', '/api/tickets?view=all&view=mine'].map(async (path) => ({ path, ...await rawRequest(desk.port, `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${desk.port}\r\nCookie: ${a1.cookie}\r\nConnection: close\r\n\r\n`) }))),
		oracle: (answers) => { for (const a of answers) assert.ok([400, 404].includes(a.status) || !a.text.includes('"tickets"'), `${a.path} ${a.status}`) } },
	{ id: 'AC-076', what: 'words of a query language where a filter is asked', how: async () => {
		const answers = []
		for (const text of strings) {
			const q = encodeURIComponent(text)
			for (const path of [`/api/search?q=${q}`, `/api/tickets?q=${q}`, `/api/tickets?order=${q}`, `/api/tickets?view=${q}`, `/api/clients?q=${q}`, `/api/export/tickets?q=${q}`, `/api/audit?kind=${q}`, `/api/tickets?after=${q}`]) answers.push(await desk.partner.get(path))
		}
		return answers
	}, oracle: (answers) => { all([200, 400])(answers); for (const a of answers) assert.ok(!/sqlite|syntax error|SELECT /i.test(a.text), a.text.slice(0, 200)) } },
	{ id: 'AC-082, AC-083', what: 'secrets in what is answered and said', how: async () => {
		const { body } = await desk.partner.post('/api/settings/webhooks', { name: 'secret', url: `http://127.0.0.1:${receiver.address().port}/`, kinds: ['agency_saved'] })
		const texts = []
		for (const visitor of [desk.partner, a1]) for (const path of ['/api/settings/webhooks', '/api/members', '/api/health', '/api/tokens', '/api/export/events', '/api/audit', '/api/settings/mailboxes']) texts.push((await visitor.get(path)).text)
		return { texts: [...texts, desk.said], secret: body.webhook.secret, server: (await stranger().get('/')).headers.get('server') }
	}, oracle: ({ texts, secret, server }) => {
		assert.ok(secret.length > 30)
		for (const text of texts) assert.ok(!text.includes(secret) && !/\$argon2|whsec_|battery staple/.test(text))
		assert.ok(!server, 'no name and version of a server')
	} },
	{ id: 'AC-093', what: 'JSON that can be read in two ways, or not at all', how: async () => {
		const path = `/api/tickets/${ticket.id}/notes`
		const bodies = ['['.repeat(100_000), '{"text":"a","text":"b"}', '{"text":1e400}', '{"text":9223372036854775808}', Buffer.from([0x7b, 0x22, 0x74, 0x65, 0x78, 0x74, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]), '{"text":"\\ud800"}', '{"text":"\\u0000"}', '\ufeff{"text":"a"}', '{"text":"a"}x', '']
		return Promise.all(bodies.map((raw) => a1.ask('POST', path, { raw })))
	}, oracle: all([400, 413]) },
	{ id: 'AC-100', what: 'numbers that are none', how: () => Promise.all(['-1', '0', '9223372036854775808', '18446744073709551616', '1e3', '%201', '1%20', '\u0661', '01', '+1', '1.0', '0x1'].flatMap((n) => [`/api/tickets/${n}`, `/api/session/sessions/${n}`, `/api/audit?after=${encodeURIComponent(n)}`]).map((path) => desk.partner.get(path))),
		oracle: all([400, 404, 405]) },
	{ id: 'AC-123', what: '50 changes of one thread at once', how: async () => {
		const before = (await thread(desk, ticket.id)).log.length
		const me = [await idOf(a1), await idOf(a2)]
		const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => [a1, a2][i % 2].post(`/api/tickets/${ticket.id}/assign`, { member: me[i % 2] })))
		return { answers, ticket: (await thread(desk, ticket.id)).ticket, me, before }
	}, oracle: ({ answers, ticket: row, me }) => { all([200, 409])(answers); assert.ok(me.includes(row.assignee)) } },
	{ id: 'AC-126', what: 'every way in that is made or ended is in the audit, with who did it', how: async () => {
		const was = await seq()
		const { body } = await a1.post('/api/tokens', { name: 'Audited', rights: [], expires_at: null })
		await a1.delete(`/api/tokens/${body.created.id}`)
		await desk.partner.post(`/api/members/${await newcomer()}/invite`)
		const events = (await desk.partner.get('/api/audit')).body.events.filter((e) => e.seq > was)
		return { events, a1: await idOf(a1), lena: await idOf(desk.partner), wrong: await Promise.all([['PATCH', '/api/audit'], ['DELETE', '/api/audit'], ['DELETE', `/api/audit/${was}`]].map(([method, path]) => desk.partner.ask(method, path, { body: {} }))) }
	}, oracle: ({ events, a1: one, lena, wrong }) => {
		assert.equal(events.filter((e) => e.actor === one && e.kind === 'access_changed').length, 2)
		assert.ok(events.some((e) => e.actor === lena && e.kind === 'member_added') && events.some((e) => e.actor === lena && e.text.startsWith('Invited')))
		all([404, 405])(wrong)
	} },
	{ id: 'AC-124', what: 'what was used is not good again after a restart', how: async () => {
		const one = await link(await newcomer())
		await stranger().post('/api/session', { token: one })
		const { body } = await a2.post('/api/tokens', { name: 'x', rights: ['ticket_read'], expires_at: null })
		await a2.delete(`/api/tokens/${body.created.id}`)
		await desk.end()
		await desk.run()
		return [await stranger().post('/api/session', { token: one }), await stranger().get('/api/tickets', as(body.token))]
	}, oracle: (answers) => assert.deepEqual(statuses(answers), [403, 401]) },
]

for (const { id, what, how, oracle } of rows) {
	test(`${id}: ${what}`, async () => {
		await oracle(await how())
		assert.equal((await desk.partner.get('/api/session')).status, 200, 'the program lives')
		assert.equal(desk.process.exitCode, null)
		assert.ok(sunk(desk).every((mail) => !mail.raw.includes(canary)), 'no canary in any mail')
	})
}
