// An mbox of an invented agency: threads over the weeks before today, asked on
// working mornings and answered soon, late or never, so that what was late is
// known beforehand.
const DAY = 86_400_000
const MIN = 60_000
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const pad = (n) => String(n).padStart(2, '0')
const asctime = (at) => { const d = new Date(at); return `${days[d.getUTCDay()]} ${months[d.getUTCMonth()]} ${String(d.getUTCDate()).padStart(2)} ${pad(d.getUTCHours())}:${pad(d.getUTCMinutes())}:${pad(d.getUTCSeconds())} ${d.getUTCFullYear()}` }

/* {text, mails, threads, questions, late, never} for that many threads of two
   questions each. Every fifth first question waits three hours, the second
   question of the last `open` is never answered. */
export function mbox(threads, open, desk = 'desk@northlight.example', now = Date.now()) {
	const mornings = []
	for (let at = Math.floor(now / DAY) * DAY - 8 * DAY; mornings.length < 60; at -= DAY) {
		const day = new Date(at).getUTCDay()
		if (day >= 1 && day <= 3) mornings.push(at + 10 * 60 * MIN)
	}
	const mails = []
	const add = (id, from, to, at, subject, text, before) => {
		const when = new Date(at).toUTCString().replace('GMT', '+0000')
		mails.push([at, [
			`From ${/<(.+)>/.exec(from)[1]} ${asctime(at)}`, ...(from.includes(desk) ? [] : [`X-Gmail-Labels: Inbox,${before ? 'Asked again' : 'First'}`, `Received: from mx.client.example by mail.northlight.example; ${when}`]),
			`From: ${from}`, `To: ${to}`, `Subject: ${subject}`, `Message-ID: <${id}>`, `Date: ${when}`, ...(before ? [`In-Reply-To: <${before}>`, `References: <${before}>`] : []), 'MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', '', text, '', '',
		].join('\n')])
		return id
	}
	const us = `Northlight desk <${desk}>`
	let late = 0
	for (let n = 0; n < threads; n++) {
		const company = n % 60
		const them = `Rosa Iyer <rosa@client${company}.example>`
		const at = mornings[n % mornings.length] + (n % 25) * MIN
		const subject = `Where is batch ${n}?`
		const isLate = n % 5 === 0
		if (isLate) late++
		const q1 = add(`q1-${n}@client${company}.example`, them, us, at, subject, `Hello, what is the status of batch ${n}? When will it be ready?\n\nRosa`)
		const a1 = add(`a1-${n}@northlight.example`, us, them, at + (isLate ? 180 : 10) * MIN, `Re: ${subject}`, 'Hello Rosa, it is in quality control, you have it on Thursday.', q1)
		const q2 = add(`q2-${n}@client${company}.example`, them, us, at + DAY, `Re: ${subject}`, 'What is the status now? Any news on when it will be ready?', a1)
		if (n < threads - open) add(`a2-${n}@northlight.example`, us, them, at + DAY + 12 * MIN, `Re: ${subject}`, 'It left this morning.', q2)
	}
	mails.sort((a, b) => a[0] - b[0])
	return { text: mails.map((m) => m[1]).join(''), mails: mails.length, threads, questions: 2 * threads, late, never: open }
}
