// Hostile mails in a real browser, through the whole program: nothing of them
// runs, loads, navigates, or gets out of its frame. Twice: as the interface
// shows them, and raw under the frame's own headers, as if nothing had cleaned
// them. HOSTILE=file.json adds vectors ([{payload}]).

import assert from 'node:assert/strict'
import fs from 'node:fs'
import { after, before, test } from 'node:test'
import { deliver, Desk, until } from '../api/lib.mjs'
import { file, head, opened, rawMail, thread } from '../api/abuse_lib.mjs'
import { Browser } from './support/browser.mjs'

const evil = 'https://evil.example'
const own = [
	'<script>top.pwned()</script>', '<img src=x onerror=top.pwned()>', '<svg onload=top.pwned()>', '<svg><script>top.pwned()</script></svg>', '<math><mtext></p><img src=x onerror=top.pwned()></mtext></math>',
	'<a id=x href="javascript:top.pwned()">a</a>', '<a href="jav\tascript:top.pwned()">a</a>', '<a href="data:text/html,<script>top.pwned()</script>">a</a>', '<a href="vbscript:x">a</a>', `<a href="//evil.example">a</a>`,
	'<iframe src="javascript:top.pwned()"></iframe>', '<iframe srcdoc="<script>top.pwned()</script>"></iframe>', '<object data="javascript:top.pwned()"></object>', '<embed src="javascript:top.pwned()">',
	'<template><script>top.pwned()</script></template>', '<noscript><p title="</noscript><img src=x onerror=top.pwned()>"></noscript>', `<base href="${evil}/"><img src=a.gif>`, `<meta http-equiv=refresh content="0;url=${evil}">`,
	`<link rel=stylesheet href="${evil}/a.css">`, `<style>@import "${evil}/a.css";body{background:url(${evil}/b)}</style>`, `<p style="background:url(${evil}/c);position:fixed;top:0;left:0;width:100%;height:100%">x</p>`,
	`<p style="width:expression(top.pwned())">x</p>`, `<div style="background:\\75\\72\\6c(${evil}/d)">x</div>`, `<form action="${evil}"><input name=q><button autofocus onfocus=top.pwned()>x</button></form>`, `<video poster="${evil}/p" src="${evil}/v" autoplay></video>`,
	`<img srcset="${evil}/s 1x" src="${evil}/i"><picture><source srcset="${evil}/t"></picture>`, `<table background="${evil}/tb"><tr><td background="${evil}/td">x</td></tr></table>`, `<svg><image href="${evil}/si"/><use href="${evil}/su#a"/></svg>`,
	'<scr<script>ipt>top.pwned()</scr</script>ipt>', '<!--><img src=x onerror=top.pwned()>-->', '<p title="--><img src=x onerror=top.pwned()>">x', '<img src="x` onerror=top.pwned()//">', '<div id=body name=cookie></div><form id=document></form>',
	'<details open ontoggle=top.pwned()>x</details>', '<marquee onstart=top.pwned()>x</marquee>', '<body onload=top.pwned()>', '<select><style></select><img src=x onerror=top.pwned()></style>', '<xmp><p title="</xmp><img src=x onerror=top.pwned()>">', '<plaintext><img src=x onerror=top.pwned()>',
	'+ADw-script+AD4-top.pwned()+ADw-/script+AD4-', '<img src=x\0onerror=top.pwned()>', '<a href="https://a.example" target=_top ping="https://evil.example/ping">x</a>', '<img src="cid:other"><img src="/api/session"><img src="data:image/svg+xml,<svg onload=top.pwned()>">',
	'<math><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=top.pwned()&gt;">', `<p>x</p><portal src="${evil}"></portal><applet code=x></applet><bgsound src="${evil}/bg"><isindex action="${evil}">`,
]
const more = process.env.HOSTILE ? JSON.parse(fs.readFileSync(process.env.HOSTILE, 'utf8')).map((v) => String(v.payload).replaceAll('alert', 'top.pwned')) : []
const vectors = [...own, ...more]

const unwanted = ['script', 'style', 'iframe', 'object', 'embed', 'form', 'input', 'button', 'svg', 'math', 'base', 'link', 'meta', 'video', 'template', '[id]', '[name]', '[onerror]', '[onload]', '[background]', '[srcset]',
	'[src^="http"]', '[src^="javascript" i]'].map((what) => `body ${what}`).join(', ')

// Every frame of the page has been read to its end.
const framesRead = () => page.waitForFunction(() => [...document.querySelectorAll('iframe')].every((f) => f.contentDocument?.readyState === 'complete' && f.contentDocument.URL !== 'about:blank'))

let desk, browser, context, page, seen, messages
before(async () => {
	desk = await Desk.start()
	browser = await Browser.start()
	for (const [i, vector] of vectors.entries()) {
		const answers = i % 20 ? [`In-Reply-To: <h${i - i % 20}@hostile.example>`] : []
		await deliver(desk.lmtp, { bytes: rawMail(head({ subject: `Hostile ${i}`, id: `<h${i}@hostile.example>`, from: `h@h${Math.floor(i / 20)}.example`,
			more: [...answers, 'MIME-Version: 1.0', 'Content-Type: text/html; charset=utf-8', 'Content-Transfer-Encoding: base64'] }), Buffer.from(`<p>words</p>${vector}`).toString('base64').replace(/(.{76})/g, '$1\r\n')) })
	}
	await until('all to be filed', async () => (await desk.partner.get('/api/health')).body.mail_in.waiting === 0)
	const { tickets } = (await desk.partner.get('/api/tickets?view=all&limit=200')).body
	messages = (await Promise.all(tickets.map((t) => thread(desk, t.id)))).flatMap((t) => t.messages)

	page = await browser.person({})
	context = page.context()
	const [name, value] = desk.partner.cookie.split('=')
	await context.addCookies([{ name, value, url: desk.origin }])
	seen = []
	await context.exposeBinding('pwned', () => { seen.push('ran') })
	await context.route((url) => url.origin !== desk.origin, (route) => {
		seen.push(`left for ${route.request().url()}`)
		return route.abort()
	})
	context.on('page', () => seen.push('opened a window'))
	page.on('dialog', (dialog) => { seen.push('asked'); return dialog.dismiss() })
})
after(async () => {
	await browser?.stop()
	await desk?.stop()
})

test('AC-036, AC-043, AC-044: hostile mails do nothing in the interface', async () => {
	assert.equal(messages.length, vectors.length)
	const { tickets } = (await desk.partner.get('/api/tickets?view=all&limit=200')).body
	for (const ticket of tickets) {
		await page.goto(`${desk.origin}/t/${ticket.id}`)
		await page.waitForSelector('.msg')
		await framesRead()
		const frames = await page.$$eval('iframe', (all) => all.map((f) => f.getAttribute('sandbox')))
		assert.ok(frames.every((f) => f && !f.includes('allow-scripts') && !f.includes('allow-top') && !f.includes('allow-forms')))
		assert.equal(new URL(page.url()).origin, desk.origin)
	}
	assert.deepEqual(seen, [])
})

test('AC-036: nor does any of them alone, as cleaned', async () => {
	for (const message of messages.filter((m) => m.has_html)) {
		await page.goto(`${desk.origin}/api/messages/${message.id}/html`)
		const found = await page.$$eval(unwanted, (all) => all.map((e) => e.outerHTML))
		assert.deepEqual(found, [])
		const links = await page.$$eval('a[href]', (all) => all.map((a) => [a.getAttribute('href'), a.target, a.rel]))
		for (const [href, target, rel] of links) {
			assert.match(href, /^(https?:\/\/|mailto:|tel:)/i)
			assert.deepEqual([target, rel], ['_blank', 'noopener noreferrer'])
		}
	}
	assert.deepEqual(seen, [])
})

test('AC-036: the frame\'s headers hold even what nothing has cleaned', async () => {
	const { headers } = await desk.partner.get(`/api/messages/${messages.find((m) => m.has_html).id}/html`)
	const given = Object.fromEntries([...headers].filter(([name]) => name !== 'content-length'))
	assert.match(given['content-security-policy'], /^sandbox (?!.*allow-scripts).*default-src 'none'.*form-action 'none'/)
	await context.route('**/raw-vector/*', (route) => route.fulfill({ status: 200, headers: given, body: vectors[Number(new URL(route.request().url()).pathname.split('/').at(-1))] ?? '' }))
	for (const [i] of vectors.entries()) await page.goto(`${desk.origin}/raw-vector/${i}`, { waitUntil: 'commit' }).catch(() => {})
	assert.deepEqual(seen.filter((what) => !what.startsWith('left for')), [], 'a refresh may leave its own frame; the page around lets it go nowhere')
})

test('AC-036: a picture\'s words cannot become its attributes', async () => {
	const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
	const html = '<img alt=" data-cid="><img alt=" src=x onerror=top.pwned() "><img alt=" data-remote-src="><img alt=" src=https://evil.example/q "><img src="cid:><img alt=">'
	await file(desk, rawMail(head({ subject: 'Confused', from: 'c@confused.example', more: ['MIME-Version: 1.0', 'Content-Type: multipart/related; boundary=b'] }),
		['--b', 'Content-Type: text/html', '', html, '--b', 'Content-Type: image/png', 'Content-ID: ><img alt=', 'Content-Transfer-Encoding: base64', '', pixel, '--b--'].join('\r\n')))
	const [message] = (await thread(desk, (await opened(desk, 'Confused')).id)).messages
	seen.length = 0
	for (const images of [0, 1]) {
		await page.goto(`${desk.origin}/api/messages/${message.id}/html?images=${images}`)
		assert.deepEqual(await page.$$eval('img', (all) => all.flatMap((i) => i.getAttributeNames()).filter((name) => !['alt', 'src', 'data-cid', 'data-remote-src'].includes(name))), [])
		assert.equal(await page.$('img[onerror]'), null)
	}
	assert.deepEqual(seen, [])
})

test('AC-038, AC-101: names, subjects and files are text, and turn nothing around', async () => {
	const markup = '<img src=x onerror=top.pwned()>'
	await file(desk, rawMail(head({ subject: markup, from: `"${markup}" <x@markup.example>`, more: ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b'] }),
		['--b', 'Content-Type: text/plain', '', `${markup} http://evil.example/"onmouseover=top.pwned() javascript:top.pwned()`, '--b', 'Content-Type: application/octet-stream', `Content-Disposition: attachment; filename="${markup}.${markup}"`, '', 'x', '--b--'].join('\r\n')))
	seen.length = 0
	await page.goto(`${desk.origin}/t/${(await opened(desk, markup)).id}`)
	await page.waitForSelector('.msg')
	await page.goto(`${desk.origin}/search?q=${encodeURIComponent('onerror')}`)
	await page.waitForSelector('text=onerror')
	assert.equal(await page.$('img[onerror]'), null)
	assert.equal(await page.$('a[href^="javascript:"]'), null)
	assert.deepEqual(seen, [])
})

test('AC-061, AC-062: no other site can frame the desk or read from it', async () => {
	const other = await browser.person({})
	await other.context().addCookies([{ name: desk.partner.cookie.split('=')[0], value: desk.partner.cookie.split('=')[1], url: desk.origin }])
	await other.route('http://evil.example/**', (route) => route.fulfill({ contentType: 'text/html', body: `<iframe src="${desk.origin}/"></iframe><iframe src="${desk.origin}/api/messages/${messages[0].id}/html"></iframe>` }))
	await other.goto('http://evil.example/frame', { waitUntil: 'commit' })
	await other.waitForSelector('iframe + iframe', { state: 'attached' })
	const read = await other.evaluate(async (origin) => {
		const ask = (path, options) => fetch(origin + path, { credentials: 'include', ...options }).then((r) => r.text(), () => 'refused')
		const stream = await new Promise((resolve) => {
			const source = new EventSource(`${origin}/api/stream`, { withCredentials: true })
			source.onopen = () => resolve('open')
			source.onerror = () => resolve('refused')
		})
		return [await ask('/api/tickets'), await ask('/api/session', { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } }), await ask('/api/session', { method: 'DELETE' }), stream]
	}, desk.origin)
	assert.deepEqual(read, ['refused', 'refused', 'refused', 'refused'])
	for (const frame of other.frames().slice(1)) assert.doesNotMatch(frame.url(), new RegExp(`^${desk.origin}`))
	assert.equal((await desk.partner.get('/api/session')).status, 200)
	await other.context().close()
})
