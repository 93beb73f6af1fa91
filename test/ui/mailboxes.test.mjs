// Mailboxes in the settings, on the scripted source: health in words, the
// check in steps, folders, the provider's page and the way back.
import assert from 'node:assert/strict'
import { pressed, text, texts, until, violations } from './support/browser.mjs'
import { on } from './support/screen.mjs'

on('each mailbox says how it fares, live', '/settings/mailboxes', {}, async (page, source) => {
	await until('three are there', async () => (await page.locator('main ul.list li').count()) === 3)
	const lines = await texts(page, 'main ul.list li')
	assert.match(lines[0], /The desk.*Connected.*last mail/)
	assert.match(lines[1], /Invoices.*Refused.*12 mails behind.*needs you/)
	assert.match(lines[2], /Old desk.*Permission ended/)
	assert.deepEqual(await violations(page), [])
	await until('the stream is open', () => source.streams.size === 1)
	source.emit('mailbox', { mailbox: { ...source.office.mailboxes[0], health: { state: 'retrying', since_at: Date.now(), said: 'Connection reset', last_mail_at: null, next_try_at: Date.now() + 60_000, behind: 0 } } })
	await until('it changed by itself', async () => /Gone for now.*next try/.test((await texts(page, 'main ul.list li'))[0]))
})

on('a refused one says what the server said; the check names the step', '/settings/mailboxes/32', {}, async (page, source) => {
	await until('the words are there', async () => /The server said:.*AUTHENTICATIONFAILED/.test(await text(page, '.loud')))
	await page.getByRole('button', { name: 'Check it now' }).click()
	await until('the step is named', async () => /It stops at “Signs in”/.test(await text(page, 'main')))
	assert.match(await text(page, 'ol'), /Opens the folder\s*not tried/)
	assert.deepEqual(await violations(page), [])
	await page.getByRole('button', { name: 'Choose others' }).click()
	await page.getByLabel('Mail comes from').selectOption('Clients')
	assert.equal(await page.getByLabel('Sent mail is in').inputValue(), 'Sent')
	await page.getByRole('button', { name: 'Use these' }).click()
	await until('it is saved', () => source.office.mailboxes[1].imap.folder === 'Clients' && source.office.mailboxes[1].imap.sent_folder === 'Sent')
	await page.getByRole('switch', { name: 'Fetch from it' }).click()
	await until('it is off', async () => source.office.mailboxes[1].active === false && (await page.locator('.loud').count()) === 0)
})

on('an ended permission is loud, and one button renews it', '/settings/mailboxes/33', {}, async (page, source) => {
	await until('it is loud', async () => /The permission from Microsoft has ended/.test(await text(page, '.loud')))
	assert.deepEqual(await violations(page), [])
	await page.getByRole('button', { name: 'Renew at Microsoft' }).click()
	await page.waitForURL(/oauth\/elsewhere/)
	/* the provider said yes */
	Object.assign(source.office.mailboxes[2], { oauth: { client: 'c', tenant: 'common', authorized_at: Date.now() }, health: { ...source.office.mailboxes[2].health, state: 'connecting' } })
	source.office.checkAnswer = { ok: true, steps: [{ step: 'resolve', ok: true, said: '' }] }
	await page.goto(`${source.url}/settings/mailboxes`)
	await until('it says how it went', async () => /Microsoft gave permission/.test(await text(page, '[role=status]')))
	await until('and is checked by itself', async () => /Everything works/.test(await text(page, 'main')))
	await page.getByRole('button', { name: 'Renew', exact: true }).click()
	await page.waitForURL(/oauth\/elsewhere/)
	/* the provider said no */
	await page.goto(`${source.url}/settings/mailboxes?error=The%20request%20was%20declined`)
	source.office.mailboxes[2].oauth.authorized_at = 1
	await until('it says so', async () => /declined/.test(await text(page, '[role=status]')))
	/* long after, in another tab */
	await page.goto(`${source.url}/settings/mailboxes?refused=Nobody%20set%20out%20from%20here`)
	await until('it is told all the same', async () => /Nobody set out from here/.test(await text(page, '[role=status]')) && !page.url().includes('refused'))
})

on('one is connected: the provider fills in what it is known for', '/settings/mailboxes', {}, async (page, source) => {
	await page.getByRole('button', { name: 'Connect another' }).click()
	await page.getByRole('radio', { name: 'Microsoft 365' }).click()
	assert.match(await text(page, 'summary'), /outlook\.office365\.com.*smtp\.office365\.com/)
	assert.match(await text(page, 'form code'), /\/oauth\/callback$/)
	assert.deepEqual(await violations(page), [])
	await page.getByRole('radio', { name: 'Another' }).click()
	await page.getByLabel('Server').first().fill('mail server')
	await page.getByLabel('Send replies through it too').uncheck()
	await page.getByLabel('Password', { exact: true }).fill('secret words')
	await page.getByRole('button', { name: 'Save and check' }).click()
	await until('the name is refused at its field', async () => /no spaces/.test(await text(page, '.f .late-t')))
	await page.getByLabel('Server').first().fill('mail.northlight.example')
	await pressed(page, 'Enter')
	await until('it is checked by itself', async () => /It stops at/.test(await text(page, 'main')))
	const sent = source.commands.filter((c) => c.where === '/settings/mailboxes').at(-1)
	assert.equal(sent.password, 'secret words')
	assert.equal(sent.smtp, null)
	assert.deepEqual(sent.imap, { host: 'mail.northlight.example', port: 993, tls: 'implicit', user: 'desk@northlight.example', auth: 'password', folder: 'INBOX', sent_folder: null })
	assert.ok(!('health' in sent))
})
