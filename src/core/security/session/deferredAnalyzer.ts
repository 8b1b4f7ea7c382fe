import type { CancellationToken } from '../../../shared/cancellation.ts'
import { type Disposable, toDisposable } from '../../../shared/disposable.ts'
import { Emitter } from '../../../shared/event.ts'
import type { Finding } from '../findings/finding.ts'
import type {
	FilesOrder,
	FixOrigin,
	ProposedFix,
	RulesRead,
	ScanListener,
	SecurityAnalyzer,
	TextOrder,
} from '../securityPorts.ts'

/** Stands in for an analyzer until it is first asked for: what it is made of is not loaded with the extension. */
export class DeferredAnalyzer implements SecurityAnalyzer, Disposable {
	private readonly create: () => Promise<SecurityAnalyzer & Disposable>
	private readonly rulesRead = new Emitter<RulesRead>()
	private opened: Promise<SecurityAnalyzer & Disposable> | undefined
	private isDisposed = false

	readonly onDidReadRules = this.rulesRead.event

	constructor(create: () => Promise<SecurityAnalyzer & Disposable>) {
		this.create = create
	}

	async analyzeText(order: TextOrder, token: CancellationToken) {
		return (await this.open()).analyzeText(order, token)
	}

	async analyzeFiles(order: FilesOrder, listener: ScanListener, token: CancellationToken): Promise<void> {
		return (await this.open()).analyzeFiles(order, listener, token)
	}

	async fixOrigins(finding: Finding): Promise<readonly FixOrigin[]> {
		return (await this.open()).fixOrigins(finding)
	}

	async proposeFixes(
		order: TextOrder,
		finding: Finding,
		origin: FixOrigin,
		token: CancellationToken,
	): Promise<readonly ProposedFix[]> {
		return (await this.open()).proposeFixes(order, finding, origin, token)
	}

	async parseText(order: TextOrder, token: CancellationToken) {
		return (await this.open()).parseText(order, token)
	}

	async undeniableRules(root: string | undefined, isTrusted: boolean): Promise<ReadonlySet<string>> {
		return (await this.open()).undeniableRules(root, isTrusted)
	}

	filesChanged(paths: readonly string[]): void {
		void this.opened?.then((analyzer) => analyzer.filesChanged(paths))
	}

	dispose(): void {
		this.isDisposed = true
		void this.opened?.then((analyzer) => analyzer.dispose())
		this.rulesRead.dispose()
	}

	private open(): Promise<SecurityAnalyzer & Disposable> {
		this.opened ??= this.create().then((analyzer) => {
			analyzer.onDidReadRules((read) => this.rulesRead.fire(read))
			if (this.isDisposed) toDisposable(() => analyzer.dispose()).dispose()
			return analyzer
		})
		return this.opened
	}
}
