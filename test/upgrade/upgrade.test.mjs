// Workspaces of every release so far, opened by this program: they show what
// they showed then, `check` has nothing to say, and work goes on.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'

import { check, compose, deliver, Desk, until } from '../torture/lib.mjs'
import { picture } from './lib.mjs'

const folder = path.dirname(new URL(import.meta.url).pathname)
const names = fs.readdirSync(folder).filter((name) => name.endsWith('.db.gz')).map((name) => name.slice(0, -6))

test('there is a release to come from', () => assert.ok(names.length > 0))

for (const name of names) {
	describe(`the workspace ${name}`, () => {
		let desk

		after(async () => { await desk?.remove() })

		test('opens, and shows what it showed', async () => {
			desk = await Desk.plan()
			fs.mkdirSync(desk.data, { recursive: true, mode: 0o700 })
			fs.writeFileSync(path.join(desk.data, 'workspace.db'), gunzipSync(fs.readFileSync(path.join(folder, `${name}.db.gz`))))
			await desk.start()
			await desk.setUp()
			assert.deepEqual(await picture(desk), JSON.parse(fs.readFileSync(path.join(folder, `${name}.json`), 'utf8')))
		})

		test('is worked on as before', async () => {
			const row = (await desk.tickets()).find(({ subject }) => subject === 'Where is the flyer?')
			const mail = compose({
				from: 'Ann Berg <ann@harbor.example>', subject: 'Re: Where is the flyer?', id: 'later@harbor.example',
				answers: 'a1@harbor.example', text: 'Is it there?',
			})
			assert.match(await deliver(desk.lmtp, mail, 'ann@harbor.example'), /^250/)
			await until('the mail to be filed', async () => (await desk.get(`/api/tickets/${row.id}`)).messages.length === 4)
			await desk.post(`/api/tickets/${row.id}/notes`, { text: 'After the upgrade.' })
			await desk.stop()
			assert.match(check(desk.data), /every derived row equals/)
		})

		test('is not made anew at every start', async () => {
			await desk.start()
			await desk.stop()
			assert.match(check(desk.data), /every derived row equals/)
		})
	})
}
