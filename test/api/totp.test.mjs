// Second factors: the secret, the codes, each once; recovery codes; guesses.
// And invitations: a link, once, for a week, and only as long as it should be.

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { Desk, until } from './lib.mjs'

let desk
before(async () => { desk = await Desk.start() })
after(() => desk.stop())

const password = 'battery staple horse'

function secretBytes(text) {
	const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
	const bits = [...text.replace(/=+$/, '')].map((c) => alphabet.indexOf(c).toString(2).padStart(5, '0')).join('')
	return Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)))
}

function code(secret, offset = 0) {
	const counter = Buffer.alloc(8)
	counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + offset))
	const mac = createHmac('sha1', secretBytes(secret)).update(counter).digest()
	const at = mac.at(-1) & 15
	return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

// Not in the last moments of a step, where a code would be of the next one.
const early = () => until('the start of a step', () => Date.now() % 30_000 < 22_000)

async function withCodes(name, address) {
	const agent = await desk.agent(name, address)
	const { body: made } = await agent.post('/api/session/totp', { password })
	await early()
	const on = await agent.put('/api/session/totp', { code: code(made.secret, -1) })
	assert.equal(on.status, 200, on.text)
	return { agent, secret: made.secret, made, recovery: on.body.recovery }
}

const signIn = (address, more) => desk.visitor().post('/api/session', { address, password, ...more })

test('a secret comes as text, as an address for the device and as a picture, for who knows the password', async () => {
	const agent = await desk.agent('Tom Ask', 'tom@studio.example')
	assert.equal((await agent.post('/api/session/totp', { password: 'not it at all' })).status, 403)
	const { status, body } = await agent.post('/api/session/totp', { password })
	assert.equal(status, 200)
	assert.match(body.secret, /^[A-Z2-7]{32}$/)
	assert.equal(body.uri, `otpauth://totp/Studio%20Nord:tom%40studio.example?secret=${body.secret}&issuer=Studio%20Nord`)
	assert.match(body.qr, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 \d+ \d+"[^<]*><rect [^<>]*\/><path fill="#000" d="[M\dhv z-]+"\/><\/svg>$/)
	assert.equal((await signIn('tom@studio.example')).status, 200, 'nothing is asked until a code confirmed it')
	for (const wrong of ['000000', '', 'abcdef', '12345', '1234567']) assert.ok([400, 403].includes((await agent.put('/api/session/totp', { code: wrong })).status), wrong)
})

test('with codes on, the password alone is not enough, and a code counts once', async () => {
	const { agent, secret, recovery } = await withCodes('Una Falk', 'una@studio.example')
	assert.equal(recovery.length, 10)
	assert.equal(new Set(recovery).size, 10)
	const asked = await signIn('una@studio.example')
	assert.deepEqual([asked.status, asked.body.type], [401, 'code_needed'])
	assert.equal(asked.headers.get('set-cookie'), null)
	assert.equal((await desk.visitor().post('/api/session', { address: 'una@studio.example', password: 'not the password' })).body.type, 'about:blank', 'who has not the password is not told')
	await early()
	const right = code(secret)
	assert.equal((await signIn('una@studio.example', { code: right })).status, 200)
	assert.equal((await signIn('una@studio.example', { code: right })).status, 403, 'AC-121: the same again')
	assert.equal((await signIn('una@studio.example', { code: code(secret, -1) })).status, 403, 'an older one')
	assert.equal((await signIn('una@studio.example', { code: code(secret, 5) })).status, 403, 'one of later')
	const shown = (await agent.get('/api/session/sessions')).body
	assert.deepEqual([shown.totp, shown.recovery], [true, 10])
	assert.equal((await agent.post('/api/session/totp', { password })).status, 409, 'no second secret while it is on')
})

test('AC-121: a recovery code opens once, however it is typed; parallel tries open once', async () => {
	const { agent, recovery } = await withCodes('Vera Lind', 'vera@studio.example')
	assert.equal((await signIn('vera@studio.example', { code: recovery[0].toUpperCase().replaceAll('-', ' ') })).status, 200)
	assert.equal((await signIn('vera@studio.example', { code: recovery[0] })).status, 403)
	const both = await Promise.all([1, 2].map(() => signIn('vera@studio.example', { code: recovery[1] })))
	assert.equal(both.filter((a) => a.status === 200).length, 1)
	assert.equal((await agent.get('/api/session/sessions')).body.recovery, 8)
	const other = await withCodes('Wim Otte', 'wim@studio.example')
	assert.equal((await signIn('vera@studio.example', { code: other.recovery[0] })).status, 403, 'another member\'s')
	assert.ok((await desk.partner.get('/api/audit?kind=access_changed')).body.events.some((e) => e.text === 'Signed in with a recovery code'))
})

test('AC-121: guesses are slowed down for the account, not for the browser that its owner uses', async () => {
	const { secret } = await withCodes('Xena Berg', 'xena@studio.example')
	const known = desk.visitor()
	await early()
	const first = await known.post('/api/session', { address: 'xena@studio.example', password, code: code(secret) })
	const mark = first.headers.getSetCookie().find((c) => c.startsWith('holdfast-known='))
	assert.match(mark, /^holdfast-known=[A-Za-z0-9_-]{64}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/)
	let answers = []
	for (let i = 0; i < 12; i++) answers.push(await signIn('xena@studio.example', { code: String(i).padStart(6, '0') }))
	assert.ok(answers.some((a) => a.status === 429), 'strangers wait')
	const cookie = mark.split(';')[0]
	const owner = await desk.visitor().post('/api/session', { address: 'xena@studio.example', password }, { headers: { Cookie: cookie } })
	assert.equal(owner.status, 401, 'their own browser is asked for the code, not told to wait')
	answers = []
	for (let i = 0; i < 12; i++) answers.push(await desk.visitor().post('/api/session', { address: 'xena@studio.example', password, code: String(i).padStart(6, '0') }, { headers: { Cookie: cookie } }))
	assert.ok(answers.some((a) => a.status === 429), 'nor does the mark give more guesses')
	// Of a fresh account five are free; here each must wait twice as long as the one before.
	for (const forged of [`${cookie.slice(0, -1)}x`, 'holdfast-known=', `holdfast-known=${'A'.repeat(64)}`]) {
		let free = 0
		while (free < 5 && (await desk.visitor().post('/api/session', { address: 'xena@studio.example', password }, { headers: { Cookie: forged } })).status !== 429) free++
		assert.ok(free < 5, forged)
	}
})

test('off again with password and code, by a partner for somebody else, never by another way', async () => {
	const { agent, secret, recovery } = await withCodes('Ylva Dahl', 'ylva@studio.example')
	const off = (body) => agent.delete('/api/session/totp', { body })
	assert.ok([400, 403].includes((await off({ password })).status))
	assert.equal((await off({ password: 'not it at all', code: code(secret) })).status, 403)
	assert.equal((await off({ password, code: '000000' })).status, 403)
	assert.equal((await off({ password, code: recovery[3] })).status, 200)
	assert.equal((await signIn('ylva@studio.example')).status, 200)
	const again = await withCodes('Zoe Alm', 'zoe@studio.example')
	const { body: { member } } = await again.agent.get('/api/session')
	assert.equal((await again.agent.delete(`/api/members/${member.id}/totp`)).status, 403)
	assert.equal((await desk.partner.delete(`/api/members/${member.id}/totp`)).status, 200)
	assert.equal((await signIn('zoe@studio.example')).status, 200)
	const me = (await desk.partner.get('/api/session')).body.member.id
	assert.equal((await desk.partner.delete(`/api/members/${me}/totp`)).status, 403)
})

const letters = () => {
	const folder = path.join(desk.folder, 'sink', 'new')
	if (!fs.existsSync(folder)) return []
	return fs.readdirSync(folder).filter((n) => n.endsWith('.eml')).map((n) => fs.readFileSync(path.join(folder, n), 'latin1'))
}
const plain = (raw) => raw.replace(/=\r\n/g, '').replace(/=3D/gi, '=').replace(/=23/g, '#')

test('AC-025: who is made without a password is invited; the link opens once, and not after a change', async () => {
	const made = await desk.partner.post('/api/members', { name: 'Ann Rask', address: 'ann@studio.example', role: 'agent' })
	assert.equal(made.status, 200, made.text)
	const id = made.body.member.id
	const mail = await until('the invitation', () => letters().find((raw) => /ann@studio\.example/.test(raw)))
	const [, first] = /sign-in#([A-Za-z0-9_-]{43})/.exec(plain(mail)) ?? []
	assert.ok(first, mail)
	const again = await desk.partner.post(`/api/members/${id}/invite`)
	assert.equal(again.status, 200, again.text)
	assert.equal(again.body.mailed, true)
	const token = again.body.link.split('#')[1]
	assert.ok(again.body.link.startsWith(`${desk.origin}/sign-in#`))
	assert.equal((await desk.visitor().post('/api/session', { token: first })).status, 403, 'the older one is over')
	for (let i = 0; i < 3; i++) assert.notEqual((await desk.visitor().get(`/api/session?token=${token}`)).status, 200, 'a look does not use it up')
	const all = await Promise.all(Array.from({ length: 20 }, () => desk.visitor().post('/api/session', { token })))
	assert.equal(all.filter((a) => a.status === 200).length, 1, 'AC-022: one session')
	const next = (await desk.partner.post(`/api/members/${id}/invite`)).body.link.split('#')[1]
	await desk.partner.patch(`/api/members/${id}`, { role: 'partner' })
	assert.equal((await desk.visitor().post('/api/session', { token: next })).status, 403, 'after another role')
	const ann = (await desk.partner.post(`/api/members/${id}/invite`)).body.link.split('#')[1]
	const inside = desk.visitor()
	assert.equal((await inside.post('/api/session', { token: ann })).status, 200)
	const bea = await inside.post('/api/members', { name: 'Bea Holt', address: 'bea@studio.example', role: 'agent' })
	const hers = (await inside.post(`/api/members/${bea.body.member.id}/invite`)).body.link.split('#')[1]
	await desk.partner.patch(`/api/members/${id}`, { active: false })
	assert.equal((await desk.visitor().post('/api/session', { token: hers })).status, 403, 'after the one who invited is gone')
	assert.equal((await desk.partner.post(`/api/members/${id}/invite`)).status, 409, 'nobody who is switched off')
})

test('a link by mail is no way round a code, and mails to one person have a bound', async () => {
	const { agent } = await withCodes('Cai Lome', 'cai@studio.example')
	const { body: { member } } = await agent.get('/api/session')
	assert.equal((await desk.partner.post(`/api/members/${member.id}/invite`)).status, 409)
	const { body: { member: dan } } = await desk.partner.post('/api/members', { name: 'Dan Ek', address: 'dan@studio.example', role: 'agent' })
	const mailed = []
	for (let i = 0; i < 6; i++) mailed.push((await desk.partner.post(`/api/members/${dan.id}/invite`)).body.mailed)
	assert.ok(mailed.filter(Boolean).length <= 2 && !mailed.at(-1), `${mailed}`)
})
