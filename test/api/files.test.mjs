// Strangers' files and strangers' HTML: downloads that no browser opens in our
// origin, names that lead nowhere, frames that can run nothing.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { commandId, Desk, until } from './lib.mjs'

let desk
before(async () => { desk = await Desk.start() })
after(() => desk.stop())

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

async function message(mail) {
	const row = await desk.receive(mail)
	return (await desk.partner.get(`/api/tickets/${row.id}`)).body.messages[0]
}

function assertDownload(answer, name) {
	assert.equal(answer.status, 200, name)
	assert.equal(answer.headers.get('content-type'), 'application/octet-stream', name)
	assert.match(answer.headers.get('content-disposition'), /^attachment; filename="[^"\\/]+"; filename\*=UTF-8''[A-Za-z0-9!#$&+.^_`|~%-]+$/, name)
	assert.equal(answer.headers.get('content-security-policy'), "sandbox; default-src 'none'; frame-ancestors 'none'")
	assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
	assert.equal(answer.headers.get('cache-control'), 'no-store')
	assert.equal(answer.headers.get('set-cookie'), null)
}

test('whatever it claims to be, it is a download; pictures by their first bytes are not', async () => {
	const types = ['text/html', 'text/html; x', 'image/svg+xml', 'application/xhtml+xml', 'text/xml', 'application/javascript', 'application/pdf', 'message/rfc822', 'image/png', 'x/y', 'text/plain',
		'multipart/related', 'image/svg+xml; charset=utf-7', 'application/x-shockwave-flash', 'text/css', 'video/mp4']
	const attachments = types.map((type, i) => ({ type, name: `file${i}.html`, bytes: `<script>alert(${i})</script>` }))
	const mail = await message({ subject: 'Many types', attachments: [...attachments, { type: 'text/html', name: 'really.html', bytes: png }] })
	assert.ok(mail.attachments.length >= attachments.length - 2)
	for (const a of mail.attachments) {
		const answer = await desk.partner.get(`/api/messages/${mail.id}/attachments/${a.n}`)
		if (a.name === 'really.html') {
			assert.equal(answer.headers.get('content-type'), 'image/png')
			assert.match(answer.headers.get('content-disposition'), /^inline/)
			assert.ok(answer.bytes.equals(png))
		} else {
			assertDownload(answer, a.type)
		}
	}
	assertDownload(await desk.partner.get(`/api/messages/${mail.id}/raw`), 'raw')
	for (const n of ['0', '-1', mail.attachments.length + 1, '1e1', '01']) assert.equal((await desk.partner.get(`/api/messages/${mail.id}/attachments/${n}`)).status, 404, n)
})

test('names lead nowhere and end no header', async () => {
	const names = ['filename="../../etc/passwd"', 'filename="C:\\\\autoexec.bat"', "filename*=UTF-8''a%0d%0aSet-Cookie:%20x=y.txt", 'filename="a\\"b.txt"', "filename*=UTF-8''%E2%80%AEgpj.exe",
		"filename*=UTF-8''%E2%80%8B.htaccess", 'filename=""', `filename="${'x'.repeat(500)}.txt"`, "filename*=UTF-8''%C3%BCn%C3%AFc%C3%B6d%C3%A9%20%F0%9F%98%80.txt", "filename*=UTF-8''a%00b.txt"]
	const mail = await message({ subject: 'Odd names', attachments: names.map((disposition) => ({ disposition, bytes: 'plain' })) })
	assert.equal(mail.attachments.length, names.length)
	for (const a of mail.attachments) {
		const answer = await desk.partner.get(`/api/messages/${mail.id}/attachments/${a.n}`)
		assertDownload(answer, a.name)
		const disposition = answer.headers.get('content-disposition')
		const shown = decodeURIComponent(/UTF-8''(.*)$/.exec(disposition)[1])
		assert.doesNotMatch(shown, /[/\\:*?"<>|\r\n\0\u200b-\u200f\u202a-\u202e]|^\./, disposition)
		assert.ok(shown.length > 0 && shown.length <= 130)
	}
})

test('HTML comes cleaned, in a frame that runs nothing, its pictures only when asked for', async () => {
	const mail = await message({
		subject: 'Designed',
		html: '<h1>Hi</h1><script>alert(1)</script><img src=x onerror=alert(2)><img src="https://tracker.example/a.gif"><img src="cid:logo"><a href="javascript:alert(3)">x</a><form action="https://evil.example"><input></form>',
		attachments: [{ type: 'image/png', name: 'logo.png', cid: 'logo', bytes: png }],
	})
	assert.equal(mail.has_html, true)
	assert.equal(mail.remote_images, 1)
	const plain = await desk.partner.get(`/api/messages/${mail.id}/html`)
	const shown = await desk.partner.get(`/api/messages/${mail.id}/html?images=1`)
	for (const answer of [plain, shown]) {
		const policy = answer.headers.get('content-security-policy')
		assert.match(policy, /^sandbox /)
		assert.doesNotMatch(policy, /allow-scripts|script-src|unsafe-eval|\*/)
		assert.match(policy, /default-src 'none'.*form-action 'none'.*frame-ancestors 'self'/)
		assert.doesNotMatch(answer.text, /<script|onerror|javascript:|<form|<input/i)
		assert.match(answer.text, new RegExp(`src="/api/messages/${mail.id}/attachments/\\d+"`))
	}
	assert.doesNotMatch(plain.text, / src="https?:/)
	assert.doesNotMatch(plain.headers.get('content-security-policy'), /https:/)
	assert.match(shown.text, / src="https:\/\/tracker\.example\/a\.gif"/)
	assert.equal((await desk.partner.get(`/api/messages/${mail.id}/html?images=2`)).status, 400)
	const text = await message({ subject: 'Plain' })
	assert.equal((await desk.partner.get(`/api/messages/${text.id}/html`)).status, 404)
})

test('words of strangers are text wherever they come out', async () => {
	const evil = '<img src=x onerror=alert(1)>'
	const mail = await message({ subject: evil, from: `"${evil}" <e@evil.example>`, text: `${evil} "quotes" \u2028 end`, attachments: [{ name: `${evil}.txt`, bytes: 'x' }] })
	assert.equal(mail.from.name, evil)
	assert.ok(mail.text.includes(evil))
	const answer = await desk.partner.get('/api/tickets?view=all')
	assert.match(answer.headers.get('content-type'), /^application\/json/)
	assert.ok(answer.body.tickets.some((t) => t.subject === evil))
})

test('uploads belong to who put them up, and leave with a reply', async () => {
	const up = (visitor, bytes, headers = {}) => visitor.ask('POST', '/api/uploads', {
		raw: bytes, headers: { 'Content-Type': 'text/plain', 'Holdfast-Name': encodeURIComponent('büro plan.txt'), ...headers },
	})
	const file = await up(desk.partner, 'the plan')
	assert.equal(file.status, 200, file.text)
	assert.deepEqual([file.body.name, file.body.type, file.body.size], ['büro plan.txt', 'text/plain', 8])
	const agent = await desk.agent()
	const row = await desk.receive({ subject: 'With a file' })
	const { messages } = (await desk.partner.get(`/api/tickets/${row.id}`)).body
	const stolen = await agent.post(`/api/tickets/${row.id}/reply`, { text: 'Here', seen: messages[0].id, attachments: [file.body.id] })
	assert.equal(stolen.status, 400, 'another member\'s file is no file')
	assert.equal((await agent.post(`/api/tickets/${row.id}/reply`, { text: 'Here', seen: messages[0].id, attachments: [-99] })).status, 400)
	const sent = await desk.partner.post(`/api/tickets/${row.id}/reply`, { text: 'Here', seen: messages[0].id, attachments: [file.body.id] })
	assert.equal(sent.status, 200, sent.text)
	const [attachment] = sent.body.message.attachments
	const got = await desk.partner.get(`/api/messages/${sent.body.message.id}/attachments/${attachment.n}`)
	assert.equal(got.text, 'the plan')

	for (const [name, shown] of [['..%2F..%2Fetc%2Fpasswd', 'passwd'], ['%zz', 'file'], ['%00', 'file'], ['a%0d%0ab', 'a  b'], ['%ff', 'file'], ['', 'file']]) {
		const odd = await up(desk.partner, 'x', { 'Holdfast-Name': name })
		assert.equal(odd.body.name, shown, name)
	}
	assert.equal((await up(desk.visitor(), 'x')).status, 401)
	assert.equal((await up(desk.partner, 'x', { 'Holdfast-Command': null })).status, 400)
	const big = await up(desk.partner, Buffer.alloc((25 << 20) + 1))
	assert.equal(big.status, 413)
	assert.equal((await up(desk.partner, Buffer.alloc(20 << 20))).status, 200)
	assert.equal((await up(desk.partner, Buffer.alloc(0))).status, 200)
})

test('nothing is in quarantine, and nothing can be got out of it', async () => {
	const { body } = await desk.partner.get('/api/quarantine')
	assert.deepEqual(body.items, [])
	for (const verb of ['retry', 'release']) assert.equal((await desk.partner.post(`/api/quarantine/999999/${verb}`, {}, { headers: { 'Holdfast-Command': commandId() } })).status, 404)
	await until('health', async () => (await desk.partner.get('/api/health')).body.mail_in.waiting === 0)
})
