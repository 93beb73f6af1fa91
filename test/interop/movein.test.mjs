// A folder of a mailbox moves in: read only, with the server's times and
// keywords, and again without a second copy.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'

import { program, startDesk } from './desk.mjs'
import { password, startDovecot, user, whyNot } from './dovecot.mjs'
import { eventually } from './postfix.mjs'

const hurry = { HOLDFAST_TEST_MAILBOX: '4000,0,100,500,1000' }
const day = 86_400_000
const threads = 40
const start = Math.floor((Date.now() - 30 * day) / 1000) * 1000
const asked = (n) => new Date(start + n * 60_000)

const mail = (n, { from, to, answers = null, text }) => [`From: ${from}`, `To: ${to}`, `Subject: Batch ${n}`,
	`Message-ID: <${answers ? 'a' : 'q'}${n}@client.example>`, ...(answers ? [`In-Reply-To: <${answers}>`] : []), '', text, ''].join('\r\n')

describe('a folder of a mailbox', { skip: whyNot() }, () => {
	let dovecot, desk, box

	before(async () => {
		dovecot = await startDovecot()
		for (let n = 0; n < threads; n++) {
			const client = `Person ${n} <p${n}@client${n % 7}.example>`
			dovecot.deliver(mail(n, { from: client, to: user, text: `What is the status of batch ${n}?\r\n\r\nFrom here on it is urgent.` }), { at: asked(n), into: 'Old' })
			if (n % 2 === 0)
				dovecot.deliver(mail(n, { from: user, to: client, answers: `q${n}@client.example`, text: 'Tomorrow.' }), { at: new Date(asked(n).getTime() + 3_600_000), into: 'Old' })
		}
		const old = path.join(dovecot.maildir, '.Old')
		const marked = fs.readdirSync(path.join(old, 'new')).find((name) => fs.readFileSync(path.join(old, 'new', name), 'utf8').includes('<q1@'))
		fs.writeFileSync(path.join(old, 'dovecot-keywords'), '0 Complaints\n')
		fs.renameSync(path.join(old, 'new', marked), path.join(old, 'cur', `${marked}:2,Sa`))
		const { uid, gid } = fs.statSync(old)
		fs.chownSync(path.join(old, 'dovecot-keywords'), uid, gid)
		desk = await startDesk({ 'mailbox-ca': dovecot.ca }, hurry)
		const [address] = await desk.get('/api/settings/addresses')
		box = (await desk.post('/api/settings/mailboxes', { name: 'Desk', address: address.id, provider: 'other',
			imap: { host: 'localhost', port: dovecot.imaps, tls: 'implicit', user, auth: 'password', folder: 'INBOX', sent_folder: null }, password })).mailbox
	})
	after(async () => {
		await desk?.stop()
		dovecot?.stop()
	})

	const row = async (id) => (await desk.get('/api/imports')).imports.find((one) => one.id === id)
	const move = async (folder, more = {}) => {
		const made = await desk.post('/api/imports', { source: 'imap', name: folder, mailbox: box.id, folder, ...more })
		await desk.post(`/api/imports/${made.import.id}/start`, {})
		return eventually(async () => {
			const now = await row(made.import.id)
			return ['done', 'failed', 'stopped'].includes(now.state) ? now : null
		}, `the folder ${folder} to be moved in`)
	}

	test('becomes history with the times that the server gave', async () => {
		const kept = dovecot.kept('Old').map((one) => one.name).sort()
		const done = await move('Old', { takeover_at: Date.now(), mine: [user], labels: [{ label: 'Complaints', type: 'issue', member: null }] })
		assert.equal(done.state, 'done', JSON.stringify(done))
		assert.deepEqual([done.messages, done.threads, done.duplicates, done.skipped], [threads * 1.5, threads, 0, 0])
		const all = (await desk.get('/api/tickets?view=all&limit=200')).tickets
		assert.equal(all.length, threads)
		assert.equal(all.filter((ticket) => ticket.state !== 'closed').length, threads / 2)
		const one = await desk.get(`/api/tickets/${all.find((ticket) => ticket.subject === 'Batch 4').id}`)
		assert.deepEqual(one.messages.map((message) => [message.kind, message.at]),
			[['in', asked(4).getTime()], ['out', asked(4).getTime() + 3_600_000]])
		assert.match(one.messages[0].text, /^From here on it is urgent/m)
		assert.equal(all.find((ticket) => ticket.subject === 'Batch 1').type, 'issue')
		assert.deepEqual(dovecot.kept('Old').map((one) => one.name).sort().length, kept.length)
		assert.ok(!dovecot.kept('Old').some((one) => /:2,.*S/.test(one.name) && !one.name.endsWith(':2,Sa')), 'nothing was marked as seen')
	})

	test('again it changes nothing', async () => {
		const again = await move('Old', { mine: [user] })
		assert.deepEqual([again.state, again.messages, again.duplicates], ['done', 0, threads * 1.5])
	})

	test('a folder that is not there is said', async () => {
		const none = await move('Nowhere')
		assert.notEqual(none.state, 'done')
		assert.ok(none.said)
	})

	test('the log proves it', async () => {
		const result = spawnSync(program, ['check', '--data', desk.data])
		assert.equal(result.status, 0, String(result.stdout) + String(result.stderr))
	})
})
