import type { DownloadFailure, Verification } from '../../core/model/download/modelDownload.ts'
import type { TransferProgress } from '../../core/model/download/transferRate.ts'
import type { NetworkFailure } from '../../core/privacy/network.ts'
import type { L10n } from '../l10n.ts'
import { bytesText } from './modelTexts.ts'

/** How far it got, how fast it is, and how long it takes. */
export function progressText(l10n: L10n, progress: TransferProgress): string {
	const { doneBytes, totalBytes, bytesPerSecond, secondsLeft } = progress
	const done = l10n.t('{0} of {1}', bytesText(doneBytes), bytesText(totalBytes))
	if (bytesPerSecond === undefined || secondsLeft === undefined) return done
	return l10n.t('{0}, {1} a second, {2} left', done, bytesText(bytesPerSecond), durationText(l10n, secondsLeft))
}

function durationText(l10n: L10n, seconds: number): string {
	if (seconds < 90) return l10n.t('{0} s', Math.ceil(seconds))
	const minutes = Math.ceil(seconds / 60)
	return minutes < 100 ? l10n.t('{0} min', minutes) : l10n.t('{0} h', (minutes / 60).toFixed(1))
}

/** By whose word the content is the right one. */
export function verificationText(l10n: L10n, verifiedBy: Verification): string {
	switch (verifiedBy) {
		case 'catalogue':
			return l10n.t('Its content is what the catalogue says (SHA-256).')
		case 'server':
			return l10n.t('Its content is what the server says (SHA-256); the catalogue has no word of its own on it.')
		case 'none':
			return l10n.t('Nobody says what its content has to be; its length is right.')
	}
}

/** Why a download failed, in a sentence. */
export function failureText(l10n: L10n, failure: DownloadFailure): string {
	switch (failure.reason) {
		case 'refused':
			return failure.why === 'notEncrypted'
				? l10n.t('{0} is reached without encryption, so it was not asked.', failure.host)
				: l10n.t('{0} is not allowed for downloads, so it was not asked.', `${failure.host}:${failure.port}`)
		case 'needsToken':
			return failure.hadToken
				? l10n.t(
						'{0} does not give it to the owner of your token. Agree to its terms there, or use another token.',
						failure.host,
					)
				: l10n.t('{0} gives it only to those who agreed to its terms there: it wants an access token.', failure.host)
		case 'notFound':
			return l10n.t('It is not there any more.')
		case 'status':
			return l10n.t('The server answered with {0}.', failure.status)
		case 'network':
			return networkText(l10n, failure.failure)
		case 'badAnswer':
			return l10n.t('The server’s answer makes no sense: {0}.', failure.detail)
		case 'wrongLength':
			return l10n.t(
				'The server has {0} bytes, and it should be {1}: it is another file.',
				failure.actual,
				failure.expected,
			)
		case 'wrongHash':
			return l10n.t(
				'Its content is not the right one: SHA-256 {0}, and it should be {1}. It was not kept.',
				failure.actual,
				failure.expected,
			)
		case 'diskFull':
			return l10n.t(
				'The disk has {0} free, and {1} are needed.',
				bytesText(failure.freeBytes),
				bytesText(failure.neededBytes),
			)
		case 'notWritable':
			return l10n.t('The folder cannot be written to ({0}).', failure.code)
		case 'exists':
			return l10n.t('There is a file of that name already.')
		case 'busy':
			return l10n.t('Another window downloads it.')
	}
}

function networkText(l10n: L10n, failure: NetworkFailure): string {
	switch (failure) {
		case 'unknownHost':
			return l10n.t('The host is not known: is this machine online?')
		case 'certificate':
			return l10n.t('The host’s certificate is not valid.')
		case 'timeout':
			return l10n.t('The host did not answer in time.')
		case 'cut':
			return l10n.t('The connection was cut again and again.')
		case 'badAddress':
		case 'unreachable':
			return l10n.t('The host cannot be reached.')
	}
}
