import { deflateSync } from 'node:zlib'

/** A PDF with these lines on its pages, as small as one can be. @param trailer what else the trailer says */
export function smallPdf(pages: readonly (readonly string[])[], trailer = ''): Buffer {
	return pdfOf(
		pages.map((lines) => textStream(lines)),
		trailer,
	)
}

/** One that cannot be opened without a password. */
export function lockedPdf(lines: readonly string[]): Buffer {
	const key = '41'.repeat(32)
	const lock = `/Encrypt << /Filter /Standard /V 1 /R 2 /O <${key}> /U <${key}> /P -4 >> /ID [<${key}> <${key}>]`
	return smallPdf([lines], lock)
}

/** A small file whose one page unpacks to as many bytes. */
export function swollenPdf(bytes: number): Buffer {
	const packed = deflateSync(Buffer.alloc(bytes, 0x20), { level: 1 }).toString('latin1')
	return pdfOf([`<< /Length ${packed.length} /Filter /FlateDecode >>\nstream\n${packed}\nendstream`], '')
}

function textStream(lines: readonly string[]): string {
	const shown = lines.map((line) => `(${line.replace(/[\\()]/g, (sign) => `\\${sign}`)}) Tj T*`)
	const text = `BT /F1 12 Tf 14 TL 72 720 Td\n${shown.join('\n')}\nET`
	return `<< /Length ${text.length} >>\nstream\n${text}\nendstream`
}

function pdfOf(streams: readonly string[], trailer: string): Buffer {
	const kids = streams.map((_, at) => `${4 + at * 2} 0 R`).join(' ')
	const objects = [
		'<< /Type /Catalog /Pages 2 0 R >>',
		`<< /Type /Pages /Kids [${kids}] /Count ${streams.length} >>`,
		'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
		...streams.flatMap((stream, at) => [
			`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + at * 2} 0 R >>`,
			stream,
		]),
	]
	let text = '%PDF-1.4\n'
	const places: number[] = []
	for (const [at, object] of objects.entries()) {
		places.push(text.length)
		text += `${at + 1} 0 obj\n${object}\nendobj\n`
	}
	const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('')
	const head = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`
	const end = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer} >>\nstartxref\n${text.length}\n%%EOF\n`
	return Buffer.from(`${text}${head}${table}${end}`, 'latin1')
}
