// make.mjs NAME    keeps a workspace of the program in HOLDFAST_PROGRAM as
//                  NAME.db.gz, and what it shows as NAME.json
//
// Run once with each release; upgrade.test.mjs opens all of them with the
// program of today.

import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'

import { check, compose, deliver, Desk, until } from '../torture/lib.mjs'
import { picture } from './lib.mjs'

const folder = path.dirname(new URL(import.meta.url).pathname)
const name = process.argv[2]
const desk = await Desk.make()
const ann = 'Ann Berg <ann@harbor.example>'
const joe = 'Joe Marsh <joe@northwind.example>'
const send = (from, subject, id, text, more = {}) =>
	deliver(desk.lmtp, compose({ from, subject, id, text, ...more }), /<(.*)>/.exec(from)[1])

await send(ann, 'Where is the flyer?', 'a1@harbor.example', 'Hello,\r\nwhen will the flyer be ready? We are waiting.\r\nAnn')
await send(joe, 'The logo is wrong', 'j1@northwind.example', 'The logo on page 2 is the old one. This is the third time. Unacceptable.')
await send(ann, 'Price for 200 images', 'a2@harbor.example', 'How much would it cost to retouch 200 images by Friday?',
	{ attachment: { name: 'brief.pdf', bytes: 'not really a brief' } })
await send(ann, 'Price for 200 images, again', 'a3@harbor.example', 'Any news on the price?')
await send('Mo <mo@gone.example>', 'Forget me', 'm1@gone.example', 'My name is Mo.')
const flyer = await desk.ticket('Where is the flyer?')
const logo = await desk.ticket('The logo is wrong')
const price = await desk.ticket('Price for 200 images')
const again = await desk.ticket('Price for 200 images, again')
await desk.ticket('Forget me')

await desk.post(`/api/tickets/${flyer.id}/assign`, { member: desk.member })
const { messages: [asked] } = await desk.get(`/api/tickets/${flyer.id}`)
await desk.post(`/api/tickets/${flyer.id}/reply`, { text: 'It is ready on Tuesday.', html: null, cc: [], attachments: [], seen: asked.id, then: 'wait' })
await until('the answer to leave', async () => (await desk.sent()).length > 0)
await until('its message to say so', async () =>
	(await desk.get(`/api/tickets/${flyer.id}`)).messages.some((message) => message.delivery?.state === 'sent'))
await send(ann, 'Re: Where is the flyer?', 'a4@harbor.example', 'Thank you!', { answers: 'a1@harbor.example' })
await until('it to be filed', async () => (await desk.get(`/api/tickets/${flyer.id}`)).messages.length === 3)
await desk.post(`/api/tickets/${logo.id}/notes`, { text: 'Ask production who took the old file.' })
await desk.post(`/api/tickets/${logo.id}/calls`, { direction: 'out', spoke: true, text: 'Will be mended today.', contact: null, at: null })
await desk.post(`/api/tickets/${logo.id}/type`, { type: 'issue' })
await desk.post(`/api/tickets/${logo.id}/flags`, { text: 'A partner should see this.' })
await desk.post(`/api/tickets/${again.id}/merge`, { into: price.id })
await desk.post(`/api/tickets/${price.id}/state`, { state: 'waiting_production', reason: 'Photo desk counts.' })
await desk.must('PATCH', `/api/clients/${logo.client.id}`, { name: 'Northwind Foods', stage: 'client' })

const shown = await picture(desk)
await desk.stop()
check(desk.data)
const file = path.join(desk.data, 'workspace.db')
const { status, stderr } = spawnSync('sqlite3', [file, 'PRAGMA wal_checkpoint(TRUNCATE)'], { encoding: 'utf8' })
if (status !== 0) throw new Error(stderr)
fs.writeFileSync(path.join(folder, `${name}.db.gz`), gzipSync(fs.readFileSync(file), { level: 9 }))
fs.writeFileSync(path.join(folder, `${name}.json`), `${JSON.stringify(shown, null, '\t')}\n`)
await desk.remove()
