// A copy put back: nothing old is sent, nobody is signed in by what was signed
// out, who was forgotten since stays forgotten, in every byte of the folder.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'

import { check, compose, deliver, Desk, filesWith, holdfast, partner, rows, until } from './lib.mjs'

const run = (...words) => {
	const { code, out } = holdfast(...words)
	assert.equal(code, 0, `${words[0]}: ${out}`)
	return out
}

const mail = (name, subject, word) => compose({
	from: `${name} <${name.toLowerCase()}@${name.toLowerCase()}-works.example>`, subject, id: `${subject.replace(/\W/g, '')}@${name.toLowerCase()}-works.example`,
	text: `Where is our batch? ${word}\r\n`,
})

describe('a restored copy', () => {
	let desk, copy, oldCookie, oldLinks, sentBefore

	before(async () => {
		desk = await Desk.make({ undo: 1 })
		copy = path.join(desk.folder, 'copies', 'copy.db')
		fs.mkdirSync(path.dirname(copy))
	})
	after(async () => { await desk?.remove() })

	const receive = async (name, subject, word) => {
		assert.match(await deliver(desk.lmtp, mail(name, subject, word), `${name.toLowerCase()}@${name.toLowerCase()}-works.example`), /^250/)
		return desk.ticket(subject)
	}

	const reply = async (row, text) => {
		const { messages } = await desk.get(`/api/tickets/${row.id}`)
		return desk.post(`/api/tickets/${row.id}/reply`, { text, seen: messages.at(-1).id })
	}

	const signIn = (token) => desk.ask('POST', '/api/session', { token })
	const link = () => /sign-in#(\S+)/.exec(run('link', partner.address, '--data', desk.data))[1]

	test('is made while mail arrives and a reply waits, and verifies', async () => {
		const anna = await receive('Anna', 'Before the copy', 'cedarcanary')
		await receive('Boris', 'Boris asks', 'boriscanary')
		oldCookie = desk.cookie
		// One to be used before the restore, one not.
		oldLinks = [link(), link()]
		await desk.setUndo(60)
		await reply(anna, 'This one waits for its undo window.')
		let on = true
		const feeding = (async () => {
			for (let n = 0; on; n++) {
				await deliver(desk.lmtp, mail('Clara', `Stream ${n}`, 'x'), 'clara@clara-works.example')
			}
		})()
		for (let n = 0; n < 3; n++) {
			const file = n ? `${copy}.${n}` : copy
			run('backup', file, '--data', desk.data)
			assert.match(run('restore', '--verify', file), /the chain holds/)
		}
		on = false
		await feeding
		assert.equal(fs.statSync(copy).mode & 0o777, 0o600)
	})

	test('is not written over by another', () => {
		const bytes = fs.readFileSync(copy)
		const { code, out } = holdfast('backup', copy, '--data', desk.data)
		assert.notEqual(code, 0)
		assert.match(out, /there already/)
		assert.ok(fs.readFileSync(copy).equals(bytes))
	})

	test('does not take the place of a desk that runs', async () => {
		for (const words of [['restore', copy], ['rebuild'], ['erase', '1'], ['serve', '--http', '127.0.0.1:0', '--lmtp', 'off']]) {
			const { code, out } = holdfast(...words, '--data', desk.data)
			assert.notEqual(code, 0, words[0])
			assert.match(out, /A desk runs on/, words[0])
		}
		check(desk.data)
		assert.equal((await desk.ask('GET', '/api/tickets')).status, 200)
	})

	test('is put back after more has happened', async () => {
		assert.equal((await signIn(oldLinks[0])).status, 200)
		await desk.setUndo(0)
		await reply(await receive('Dora', 'After the copy', 'doracanary'), 'Sent after the copy.')
		await until('it to be sent', () => desk.sent().some((raw) => raw.includes('Sent after the copy.')))
		const { contact } = await desk.ticket('Boris asks')
		await desk.stop()
		assert.match(run('erase', String(contact.id), '--data', desk.data), /forgotten/)
		assert.deepEqual(filesWith(desk.data, ['boris@boris-works.example', 'boriscanary']), [])
		sentBefore = desk.sent().length
		run('restore', copy, '--data', desk.data)
		check(desk.data)
	})

	test('brings nobody back who was forgotten', () => {
		assert.notDeepEqual(filesWith(path.dirname(copy), ['boris@boris-works.example']), [], 'in the copy they are')
		assert.deepEqual(filesWith(desk.data, ['boris@boris-works.example', 'boriscanary']), [])
	})

	test('sends nothing old, and says so', async () => {
		await desk.start()
		desk.cookie = null
		await desk.setUp()
		const row = await desk.ticket('Before the copy')
		const { messages } = await desk.get(`/api/tickets/${row.id}`)
		const waiting = messages.find((message) => message.kind === 'out')
		assert.equal(waiting.delivery.state, 'failed')
		assert.match(waiting.delivery.reason, /restored/)
		assert.equal((await desk.get('/api/health')).mail_out.waiting, 0)
		assert.equal(desk.sent().length, sentBefore)
		// It is for a person to send it again.
		await desk.post(`/api/messages/${waiting.id}/retry`)
		await until('it to be sent', () => desk.sent().length === sentBefore + 1)
	})

	test('refuses what signed in before', async () => {
		const own = desk.cookie
		desk.cookie = oldCookie
		assert.equal((await desk.ask('GET', '/api/tickets')).status, 401)
		desk.cookie = null
		for (const token of oldLinks) assert.equal((await signIn(token)).status, 403)
		desk.cookie = own
	})

	test('can be followed by an older one, and who was forgotten stays so', async () => {
		await desk.stop()
		run('restore', `${copy}.1`, '--data', desk.data)
		check(desk.data)
		assert.deepEqual(filesWith(desk.data, ['boris@boris-works.example', 'boriscanary']), [])
		assert.equal((await rows(desk.data, 'SELECT count(*) AS n FROM session')).at(0).n, 0)
	})

	test('is no reason for the bytes of others to stay', async () => {
		const [{ id }] = await rows(desk.data, "SELECT contact AS id FROM contact_address WHERE address LIKE '%anna-works%'")
		run('erase', String(id), '--data', desk.data)
		assert.deepEqual(filesWith(desk.data, ['anna@anna-works.example', 'cedarcanary']), [], 'former workspaces beside it count too')
		check(desk.data)
	})

	test('that is damaged is refused, and nothing is changed', () => {
		const before_ = check(desk.data)
		const bytes = fs.readFileSync(copy)
		for (const at of [0.3, 0.5, 0.7]) bytes.fill(0xa5, Math.floor(bytes.length * at), Math.floor(bytes.length * at) + 5000)
		fs.writeFileSync(`${copy}.bad`, bytes)
		assert.notEqual(holdfast('restore', '--verify', `${copy}.bad`).code, 0)
		assert.notEqual(holdfast('restore', `${copy}.bad`, '--data', desk.data).code, 0)
		assert.equal(check(desk.data), before_)
		assert.deepEqual(fs.readdirSync(desk.data).filter((name) => name.includes('restoring')), [])
	})
})
